import { AsyncSubject, type Observable } from 'rxjs'
import { FencedError, OwnershipLostError, RetentionGapError } from '../errors.js'
import type { Offset, Ownership, RecordBatch, Topic, Writes } from '../port.js'
import { Bell, firstRing } from './bell.js'
import type { PartitionReader } from './partition-reader.js'

const RECORDS_MAX = 500

/** What an adapter does for the partitions that its groups hold. */
export interface Holding {
  /** @throws FencedError when the group has another owner by now */
  commit(partition: number, writes: Writes, position: Offset): Promise<void>
  release(held: HeldPartition): Promise<void>
  /** Offset after the last record of this partition's number of `topic`. @throws UnknownTopicError */
  end(topic: Topic, partition: number): Offset
  /** How many of the `available` records the next batch takes; held to 1…`recordsMax`. Default: as many as allowed. */
  chooseBatchSize?(from: Offset, available: number): number
}

/** A partition of this machine that is ours until it is lost or released. */
export class HeldPartition implements Ownership {
  readonly partition: number
  readonly lost$: Observable<void>
  readonly #lost = new AsyncSubject<void>()
  readonly #gone = new Bell()
  #ours = true

  constructor(
    readonly reader: PartitionReader,
    readonly committed: Offset | null,
    private readonly holding: Holding,
  ) {
    this.partition = reader.partition
    this.lost$ = this.#lost.asObservable()
  }

  async next(from: Offset, recordsMax = RECORDS_MAX): Promise<RecordBatch> {
    const { reader } = this
    for (;;) {
      if (!this.#ours)
        throw new OwnershipLostError(`${this.#name()} is no longer ours; own it again to read on.`)
      const end = reader.end()
      const chosen = from < end ? this.holding.chooseBatchSize?.(from, end - from) : undefined
      const size = Math.max(1, Math.min(chosen ?? recordsMax, recordsMax))
      const batch = reader.records(from, Number.POSITIVE_INFINITY, size)
      const first = batch?.records[0]?.offset
      // After the read, because retention may delete beside us.
      const deletedBefore = first === from ? 0 : reader.deletedBefore()
      if (from < deletedBefore) {
        throw RetentionGapError.at(reader.topic, this.partition, {
          from,
          position: from,
          start: deletedBefore,
        })
      }
      if (from > end) {
        throw new RetentionGapError(
          `${this.#name()} ends at ${end}, but the position is ${from}: records were lost. ` +
            'Start with another topicPrefix, which begins afresh.',
        )
      }
      if (batch !== null) return batch
      await firstRing([reader.grown, this.#gone])
    }
  }

  async commit(writes: Writes, position: Offset): Promise<void> {
    if (!this.#ours) {
      throw new FencedError(
        `${this.#name()} is no longer ours; nothing was written. Own it again to write on.`,
      )
    }
    await this.holding.commit(this.partition, writes, position)
  }

  /** One owner at a time writes here, and each write is whole or not there: what is there is settled. */
  async settle(topic: Topic): Promise<Offset> {
    return this.holding.end(topic, this.partition)
  }

  async release(): Promise<void> {
    if (this.#ours) await this.holding.release(this)
  }

  /** It is not ours any more: tells `lost$` first, so that what hangs on it can end before a pending `next` rejects. */
  lose(): void {
    if (!this.#ours) return
    this.#ours = false
    this.#lost.next()
    this.#lost.complete()
    this.#gone.ring()
  }

  get ours(): boolean {
    return this.#ours
  }

  #name(): string {
    return `Partition ${this.partition} of topic ${this.reader.topic}`
  }
}
