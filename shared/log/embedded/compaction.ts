import type { LogRecord, Offset } from '../port.js'
import { baseOf, batchKey } from './batch-key.js'
import type { Claim } from './claims.js'
import type { LmdbStore } from './lmdb-store.js'
import { decodeBatch, encodeBatch, readHead, sealBatch } from './stored-batch.js'
import { endKey, type PartitionEnd, type StoredTopic } from './topic-catalogue.js'

const KEYS_PER_STEP = 64

interface LastRecord {
  readonly offset: Offset
  /** When it was first seen, if it is a tombstone. */
  readonly tombstoneSeen: number | null
}

interface SeenBatch {
  readonly count: number
  live: number
}

/**
 * Compaction of one partition: the last record of every key stays, at its offset.
 *
 * A scan follows the partition and remembers, by key, where its last record is, and by batch how many of its records
 * still are somebody's last. A batch without any is removed, one that is half dead is rewritten: so the partition stays
 * below twice its live records (and what was written since the last round). Records without a key are kept for ever.
 */
export class Compaction {
  readonly #last = new Map<string, LastRecord>()
  /** By base offset, in order of the scan, which is ascending. */
  readonly #batches = new Map<Offset, SeenBatch>()
  readonly #bases: Offset[] = []
  readonly #dirty = new Set<Offset>()
  /** In the order in which they were seen. */
  readonly #tombstones = new Map<string, LastRecord>()
  #scanned: Offset = 0

  constructor(
    private readonly store: LmdbStore,
    private readonly topic: StoredTopic,
    private readonly partition: number,
    private readonly options: { readonly tombstoneMs: number; readonly stepBytes: number },
  ) {}

  /** Scan a little, then rewrite what that has made worth it. @returns whether there may be more to do */
  async step(claim: Claim, now: number): Promise<boolean> {
    const more = this.store.snapshot(() => this.#scan(now))
    if (!more) this.#expireTombstones(now)
    const rewritten = await this.#rewrite(claim)
    return more || (rewritten && this.#dirty.size > 0)
  }

  #scan(now: number): boolean {
    const { end } = this.store.entry<PartitionEnd>(endKey(this.topic.id, this.partition))!.value
    let bytes = 0
    for (const key of this.store.batchKeys(this.#key(this.#scanned), this.#key(end), KEYS_PER_STEP)) {
      if (bytes >= this.options.stepBytes) return true
      const base = baseOf(key)
      const batch = this.store.batch(key)!
      const records = this.#decode(batch, base)
      this.#batches.set(base, { count: records.length, live: records.length })
      this.#bases.push(base)
      for (const record of records) this.#see(record, now)
      this.#scanned = records[records.length - 1]!.offset + 1
      bytes += batch.length
    }
    return this.#scanned < end && bytes > 0
  }

  #see({ key, value, offset }: LogRecord, now: number): void {
    if (key === null) return
    const name = nameOf(key)
    const before = this.#last.get(name)
    const last = { offset, tombstoneSeen: value === null ? now : null }
    this.#last.set(name, last)
    // Anew, so that they stand in the order in which they were seen.
    this.#tombstones.delete(name)
    if (value === null) this.#tombstones.set(name, last)
    if (before) this.#died(before.offset)
  }

  #died(offset: Offset): void {
    const base = this.#baseAt(offset)
    const batch = this.#batches.get(base)!
    batch.live -= 1
    if (batch.live * 2 <= batch.count) this.#dirty.add(base)
  }

  #expireTombstones(now: number): void {
    for (const [name, { offset, tombstoneSeen }] of this.#tombstones) {
      if (now - tombstoneSeen! < this.options.tombstoneMs) break
      this.#tombstones.delete(name)
      this.#last.delete(name)
      this.#died(offset)
    }
  }

  async #rewrite(claim: Claim): Promise<boolean> {
    const removed: Offset[] = []
    const replaced = new Map<Offset, Buffer>()
    let bytes = 0
    this.store.snapshot(() => {
      for (const base of this.#dirty) {
        if (bytes >= this.options.stepBytes || removed.length + replaced.size >= KEYS_PER_STEP) break
        this.#dirty.delete(base)
        if (this.#batches.get(base)!.live === 0) {
          removed.push(base)
          continue
        }
        const batch = this.store.batch(this.#key(base))!
        replaced.set(base, this.#withoutDead(batch, base))
        bytes += batch.length
      }
    })
    if (removed.length + replaced.size === 0) return false
    const written = await this.store.writeIf([claim.condition], () => {
      for (const base of removed) this.store.removeBatch(this.#key(base))
      for (const [base, batch] of replaced) this.store.putBatch(this.#key(base), batch)
    })
    for (const base of removed) this.#batches.delete(base)
    for (const base of replaced.keys()) {
      const { live } = this.#batches.get(base)!
      this.#batches.set(base, { count: live, live })
    }
    if (this.#bases.length > 2 * this.#batches.size + KEYS_PER_STEP) {
      this.#bases.splice(0, this.#bases.length, ...this.#batches.keys())
    }
    return written
  }

  #withoutDead(batch: Buffer, base: Offset): Buffer {
    const kept = this.#decode(batch, base).filter(
      ({ key, offset }) => key === null || this.#last.get(nameOf(key))?.offset === offset,
    )
    const rewritten = encodeBatch(
      kept,
      kept.map(({ offset }) => offset - base),
    )
    sealBatch(rewritten, readHead(batch).bytesBefore)
    return rewritten
  }

  /** The greatest base at or before `offset`. */
  #baseAt(offset: Offset): Offset {
    let low = 0
    let high = this.#bases.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (this.#bases[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return this.#bases[low]!
  }

  #decode(batch: Buffer, base: Offset): LogRecord[] {
    return decodeBatch(batch, base, `${this.topic.topic} partition ${this.partition}`)
  }

  #key(offset: Offset): Buffer {
    return batchKey(this.topic.id, this.partition, offset)
  }
}

/** The bytes of a key as a string: equal exactly when the bytes are. */
function nameOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')
}
