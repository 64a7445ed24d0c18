import { Bell } from '../local/bell.js'
import type { PartitionReader } from '../local/partition-reader.js'
import type { Bounds, LogRecord, Offset, RecordBatch, Topic } from '../port.js'
import { baseOf, batchKey } from './batch-key.js'
import type { LmdbStore } from './lmdb-store.js'
import { decodeBatch } from './stored-batch.js'
import { endKey, type PartitionEnd, type StoredTopic } from './topic-catalogue.js'

/** A read returns no more than about this, however many records were asked for. */
const READ_BYTES = 8 * 1024 * 1024

interface DecodedBatch {
  readonly base: Offset
  readonly last: Offset
  readonly records: readonly LogRecord[]
  readonly bytes: number
}

/** One partition, read from its stored batches. */
export class StoredPartition implements PartitionReader {
  readonly grown = new Bell()
  readonly topic: Topic
  /** Reads in small steps hit the same batch again and again; batches never change but by compaction, which may be missed. */
  #latest: DecodedBatch | null = null

  constructor(
    private readonly store: LmdbStore,
    private readonly stored: StoredTopic,
    readonly partition: number,
  ) {
    this.topic = stored.topic
  }

  end(): Offset {
    return this.store.snapshot(() => this.#end())
  }

  bounds(): Bounds {
    return this.store.snapshot(() => {
      const end = this.#end()
      const [first] = this.store.batchKeys(this.#key(0), this.#key(end), 1)
      // The head of a compacted batch may be gone.
      return { start: first === undefined ? end : this.#decode(first).records[0]!.offset, end }
    })
  }

  deletedBefore(): Offset {
    if (this.stored.cleanup === 'compact') return 0
    return this.store.snapshot(() => {
      const end = this.#end()
      const [first] = this.store.batchKeys(this.#key(0), this.#key(end), 1)
      return first === undefined ? end : baseOf(first)
    })
  }

  records(from: Offset, to: Offset, recordsMax: number): RecordBatch | null {
    return this.store.snapshot(() => {
      const endOffset = this.#end()
      const last = Math.min(to, endOffset)
      const records: LogRecord[] = []
      let bytes = 0
      let at = from
      while (at < last && records.length < recordsMax && bytes < READ_BYTES) {
        const batch = this.#batchAt(at, endOffset)
        if (batch === null) break
        const first = batch.records.findIndex(({ offset }) => offset >= at)
        for (let i = first; i < batch.records.length && records.length < recordsMax; i++) {
          if (batch.records[i]!.offset >= last) break
          records.push(batch.records[i]!)
        }
        bytes += batch.bytes
        at = batch.last + 1
      }
      if (records.length === 0) return null
      return { topic: this.topic, partition: this.partition, records, endOffset }
    })
  }

  #end(): Offset {
    return this.store.entry<PartitionEnd>(endKey(this.stored.id, this.partition))?.value.end ?? 0
  }

  /** The batch with the first record at or after `at`. */
  #batchAt(at: Offset, end: Offset): DecodedBatch | null {
    if (this.#latest && at >= this.#latest.base && at <= this.#latest.last) return this.#latest
    const key = this.store.lastBatchKey(this.#key(0), this.#key(at))
    const before = key === null ? null : this.#decode(key)
    if (before && at <= before.last) return before
    const [next] = this.store.batchKeys(this.#key(at + 1), this.#key(end), 1)
    return next === undefined ? null : this.#decode(next)
  }

  #decode(key: Buffer): DecodedBatch {
    const base = baseOf(key)
    const bytes = this.store.batch(key)!
    const records = decodeBatch(bytes, base, `${this.topic} partition ${this.partition}`)
    this.#latest = { base, last: records[records.length - 1]!.offset, records, bytes: bytes.length }
    return this.#latest
  }

  #key(offset: Offset): Buffer {
    return batchKey(this.stored.id, this.partition, offset)
  }
}
