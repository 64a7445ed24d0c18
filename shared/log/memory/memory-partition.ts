import { Bell } from '../local/bell.js'
import type { PartitionReader } from '../local/partition-reader.js'
import type { Bounds, LogRecord, NewRecord, Offset, RecordBatch, Topic } from '../port.js'

/** The records of one partition, in an array. */
export class MemoryPartition implements PartitionReader {
  readonly grown = new Bell()
  #records: LogRecord[] = []
  #start: Offset = 0

  constructor(
    readonly topic: Topic,
    readonly partition: number,
  ) {}

  bounds(): Bounds {
    return { start: this.#start, end: this.end() }
  }

  end(): Offset {
    return this.#start + this.#records.length
  }

  deletedBefore(): Offset {
    return this.#start
  }

  records(from: Offset, to: Offset, recordsMax: number): RecordBatch | null {
    const endOffset = this.end()
    const first = Math.max(from, this.#start)
    const last = Math.min(to, endOffset, first + recordsMax)
    if (first >= last) return null
    const records = this.#records.slice(first - this.#start, last - this.#start)
    return { topic: this.topic, partition: this.partition, records, endOffset }
  }

  push(record: NewRecord): void {
    const { key, value, headers, timestamp } = record
    this.#records.push({ offset: this.end(), key, value, headers, timestamp })
  }

  deleteBefore(offset: Offset): void {
    const start = Math.min(Math.max(offset, this.#start), this.end())
    this.#records = this.#records.slice(start - this.#start)
    this.#start = start
  }
}
