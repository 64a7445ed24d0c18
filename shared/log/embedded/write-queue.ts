import { FencedError, LogUnavailableError } from '../errors.js'
import type { Offset } from '../port.js'
import { batchKey } from './batch-key.js'
import type { Claim, Claims } from './claims.js'
import type { Condition, EntryKey, LmdbStore } from './lmdb-store.js'
import type { PartitionWrite } from './split-records.js'
import { sealBatch } from './stored-batch.js'
import { endKey, endVersion, type PartitionEnd, type TopicCatalogue } from './topic-catalogue.js'

/** Requests are refused beyond this many bytes waiting: a caller that does not await must not fill the memory. */
const WAITING_BYTES_MAX = 256 * 1024 * 1024
/** What is flushed together at most, so that a transaction stays short. */
const FLUSH_BYTES = 32 * 1024 * 1024

/** All or nothing. */
export interface WriteRequest {
  readonly writes: readonly PartitionWrite[]
  /** Written only while this claim holds. */
  readonly claim?: Claim
  readonly position?: { readonly key: EntryKey; readonly offset: Offset }
}

interface Waiting {
  readonly request: WriteRequest
  readonly bytes: number
  resolve(): void
  reject(error: unknown): void
}

/**
 * The one way that records get in. Requests that wait while the disk is busy are flushed together.
 *
 * Offsets are planned from the newest state, and written under the condition that no other process has written to
 * those partitions meanwhile; a request whose plan was overtaken is planned anew. So no lock is held while this
 * thread computes.
 */
export class WriteQueue {
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #running: Promise<void> | null = null

  constructor(
    private readonly store: LmdbStore,
    private readonly topics: TopicCatalogue,
    private readonly claims: Claims,
    private readonly wrote: (request: WriteRequest) => void,
  ) {}

  /** Resolves when `request` is durable. @throws FencedError when its claim no longer holds */
  write(request: WriteRequest): Promise<void> {
    const bytes = request.writes.reduce(
      (sum, { batches }) => sum + batches.reduce((s, b) => s + b.bytes.length, 0),
      0,
    )
    if (this.#waitingBytes + bytes > WAITING_BYTES_MAX && this.#waitingBytes > 0) {
      return Promise.reject(
        new LogUnavailableError('More is written than the disk takes; await each append before the next.'),
      )
    }
    this.#waitingBytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, bytes, resolve, reject })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    while (this.#running) await this.#running
  }

  async #run(): Promise<void> {
    // Let requests of the same turn share one flush.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const flushed = this.#takeSome()
      const again = (await Promise.all(flushed.map(this.#settling(flushed)))).filter(
        (waiting) => waiting !== null,
      )
      this.#waiting.unshift(...again)
    }
    this.#running = null
  }

  #takeSome(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      if (count > 0 && bytes + waiting.bytes > FLUSH_BYTES) break
      bytes += waiting.bytes
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  /** Starts all of the group's writes in this turn, which makes them one transaction. */
  #settling(group: readonly Waiting[]): (waiting: Waiting) => Promise<Waiting | null> {
    const outcomes = new Map<Waiting, Promise<boolean>>()
    try {
      this.#start(group, outcomes)
    } catch (error) {
      for (const waiting of group) if (!outcomes.has(waiting)) outcomes.set(waiting, Promise.reject(error))
    }
    return async (waiting) => {
      const { request } = waiting
      try {
        if (!(await outcomes.get(waiting)!)) {
          if (request.claim && !this.store.snapshot(() => this.claims.isOurs(request.claim!))) throw fenced()
          return waiting
        }
        this.#waitingBytes -= waiting.bytes
        this.wrote(request)
        waiting.resolve()
      } catch (error) {
        this.#waitingBytes -= waiting.bytes
        waiting.reject(error)
      }
      return null
    }
  }

  #start(group: readonly Waiting[], outcomes: Map<Waiting, Promise<boolean>>): void {
    const ends = new Map<string, PartitionEnd>()
    for (const waiting of group) {
      const { writes, claim, position } = waiting.request
      const conditions: Condition[] = claim ? [claim.condition] : []
      const puts: (() => void)[] = []
      for (const { topic, partition, batches } of writes) {
        const { id } = this.topics.require(topic, partition)
        const key = endKey(id, partition)
        const place = `${id} ${partition}`
        let at = ends.get(place) ?? this.store.snapshot(() => this.store.entry<PartitionEnd>(key)!.value)
        conditions.push({ key, version: endVersion(at.end) })
        for (const { bytes, count } of batches) {
          const base = at
          puts.push(() => {
            sealBatch(bytes, base.bytes)
            this.store.putBatch(batchKey(id, partition, base.end), bytes)
          })
          at = { end: at.end + count, bytes: at.bytes + bytes.length }
        }
        ends.set(place, at)
        const end = at
        puts.push(() => this.store.putEntry(key, end, endVersion(end.end)))
      }
      if (position) puts.push(() => this.store.putEntry(position.key, position.offset, 1))
      outcomes.set(
        waiting,
        this.store.writeIf(conditions, () => {
          for (const put of puts) put()
        }),
      )
    }
  }
}

function fenced(): FencedError {
  return new FencedError(
    'The group has been taken by another process; nothing was written. Own it again to write on.',
  )
}
