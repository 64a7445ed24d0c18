import { readTrainingRecord } from '#shared/contracts/training-records'
import type { LogRecord } from '#shared/log/port'

/** The operator's request that has had no answer, as the weights topic tells it: one made while no trainer ran is not forgotten. */
export class TrainingRequests {
  /** Its id; null while there is none. */
  pending: string | null = null

  read(records: readonly Pick<LogRecord, 'value'>[]): void {
    for (const { value } of records) {
      const message = readTrainingRecord(value)
      if (message?.schema === 'foretide.training-request/1') this.pending = message.id
      // An answer of an earlier life.
      else if (message?.schema === 'foretide.training/1' && message.request === this.pending)
        this.pending = null
    }
  }

  /** The pending request, which the session that begins now answers. */
  take(): string | null {
    const id = this.pending
    this.pending = null
    return id
  }
}
