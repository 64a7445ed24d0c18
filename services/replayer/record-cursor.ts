import type { Bounds, Log, LogRecord, Offset, RecordBatch, Topic } from '#shared/log/port'

/** Reads a partition record by record, up to where it ends now. */
export class RecordCursor {
  private readonly batches: AsyncIterator<RecordBatch> | null
  private records: readonly LogRecord[] = []
  private index = 0

  /** @param at where it begins, within `bounds` */
  constructor(
    log: Log,
    topic: Topic,
    partition: number,
    readonly at: Offset,
    readonly bounds: Bounds,
  ) {
    this.batches = at < bounds.end ? log.read(topic, partition, at, bounds.end)[Symbol.asyncIterator]() : null
  }

  /** The next record; null at the end. */
  async peek(): Promise<LogRecord | null> {
    while (this.index >= this.records.length) {
      const next = await this.batches?.next()
      if (!next || next.done) return null
      this.records = next.value.records
      this.index = 0
    }
    return this.records[this.index]!
  }

  /** Go on to the one after. */
  skip(): void {
    this.index++
  }

  async close(): Promise<void> {
    await this.batches?.return?.()
  }
}
