import type { Clock } from '#shared/clock/clock'
import { trainingProgressRecord } from '#shared/contracts/training-records'
import type { Publish } from './run-session.js'

/** Between two records: often enough for somebody who waits. */
const EVERY_MS = 1_000

/** Writes to the weights topic how far a session has come that an operator asked for and may be waiting for. */
export class RequestProgress {
  private writtenMs = Number.NEGATIVE_INFINITY
  private writing: Promise<void> | null = null
  private failure: unknown = null

  /**
   * @param request its id; null where nobody asked, and nothing is written
   * @param time stream time
   */
  constructor(
    private readonly request: string | null,
    private readonly time: string,
    private readonly clock: Clock,
    private readonly publish: Publish,
  ) {}

  /** After a step. Never waits: what a slow log has no time for is left out. */
  note(step: number, steps: number): void {
    const { request, time } = this
    if (request === null || this.writing || this.clock.now() < this.writtenMs + EVERY_MS) return
    this.writtenMs = this.clock.now()
    const record = trainingProgressRecord({
      schema: 'foretide.training-progress/1',
      request,
      step,
      steps,
      time,
    })
    this.writing = this.publish(record)
      .catch((error: unknown) => {
        this.failure = error
      })
      .finally(() => {
        this.writing = null
      })
  }

  /** @throws what a write failed with */
  async end(): Promise<void> {
    await this.writing
    if (this.failure) throw this.failure
  }
}
