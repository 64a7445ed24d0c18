import { Observable } from 'rxjs'
import { countOf } from '#shared/words/count-of'
import {
  FencedError,
  GroupTakenError,
  LogAwayError,
  LogUnavailableError,
  TopicMismatchError,
  UnknownTopicError,
} from '../errors.js'
import { Bell } from '../local/bell.js'
import { copyRecords } from '../local/copy-records.js'
import { HeldPartition } from '../local/held-partition.js'
import { type Closing, readPartition } from '../local/read-partition.js'
import type {
  Bounds,
  Guarantee,
  Log,
  NewRecord,
  Offset,
  Ownership,
  RecordBatch,
  Topic,
  TopicSpec,
  Writes,
} from '../port.js'
import type { CommitFault, MemoryLogFaults } from './memory-log-faults.js'
import { MemoryPartition } from './memory-partition.js'

interface MemoryTopic {
  readonly spec: TopicSpec
  readonly partitions: readonly MemoryPartition[]
}

/** One owner of one (topic, group). */
interface Owner {
  held: HeldPartition[]
  /** The owner will get no more partitions. */
  end(): void
}

/**
 * A log in this process's memory, for tests and backtests. Keeps everything: retention and compaction are not applied
 * (`deleteBefore` does by hand what retention would).
 */
export class MemoryLog implements Log {
  readonly #topics = new Map<Topic, MemoryTopic>()
  readonly #positions = new Map<string, Offset>()
  readonly #owners = new Map<string, Owner>()
  readonly #faults: MemoryLogFaults
  readonly #guarantee: Guarantee
  readonly #keepsAppended: boolean
  readonly #closing: Closing
  #isClosed = false
  #commits = 0
  #appends = 0

  constructor(
    options: {
      readonly faults?: MemoryLogFaults
      readonly guarantee?: Guarantee
      /** Whoever appends leaves the bytes as they are: they are kept without a copy. */
      readonly keepsAppended?: boolean
    } = {},
  ) {
    this.#faults = options.faults ?? {}
    this.#guarantee = options.guarantee ?? 'exactly-once'
    this.#keepsAppended = options.keepsAppended ?? false
    this.#closing = { closed: new Bell(), check: () => this.#checkOpen() }
  }

  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    this.#checkOpen()
    for (const spec of specs) {
      const known = this.#topics.get(spec.topic)?.spec
      if (known && (known.partitions !== spec.partitions || known.cleanup !== spec.cleanup)) {
        throw new TopicMismatchError(
          `Topic ${spec.topic} exists with ${countOf(known.partitions, 'partition')} and cleanup ${known.cleanup}, ` +
            `not ${spec.partitions} and ${spec.cleanup}; use another name or create it anew.`,
        )
      }
    }
    for (const spec of specs) {
      if (this.#topics.has(spec.topic)) continue
      const partitions = Array.from({ length: spec.partitions }, (_, p) => new MemoryPartition(spec.topic, p))
      this.#topics.set(spec.topic, { spec, partitions })
    }
  }

  async partitions(topic: Topic): Promise<number> {
    this.#checkOpen()
    return this.#topics.get(topic)?.partitions.length ?? 0
  }

  async bounds(topic: Topic, partition: number): Promise<Bounds> {
    this.#checkOpen()
    return this.#partition(topic, partition).bounds()
  }

  ownerships(input: Topic, group: string): Observable<Ownership> {
    return new Observable((subscriber) => {
      const key = `${group}\n${input}`
      try {
        this.#checkOpen()
        if (this.#owners.has(key)) {
          throw new GroupTakenError(
            `Group ${group} of topic ${input} already has an owner in this process (${process.pid}); stop it first.`,
          )
        }
        const owner: Owner = { held: [], end: () => subscriber.complete() }
        owner.held = this.#topic(input).partitions.map(
          (partition) =>
            new HeldPartition(partition, this.#positions.get(`${key}\n${partition.partition}`) ?? null, {
              commit: async (number, writes, position) =>
                this.#commit(owner, key, `${key}\n${number}`, writes, position),
              release: async (held) => this.#release(owner, key, [held]),
              end: (topic, number) => this.#partition(topic, number).end(),
              chooseBatchSize: this.#faults.chooseBatchSize?.bind(this.#faults),
            }),
        )
        this.#owners.set(key, owner)
        subscriber.add(() => this.#release(owner, key, owner.held))
        for (const held of [...owner.held]) if (held.ours) subscriber.next(held)
      } catch (error) {
        subscriber.error(error)
      }
    })
  }

  async *read(
    topic: Topic,
    partition: number,
    from: Offset,
    to?: Offset,
    signal?: AbortSignal,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    this.#checkOpen()
    yield* readPartition(this.#partition(topic, partition), this.#closing, from, to, signal)
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<void> {
    this.#checkOpen()
    this.#appends += 1
    const fault = this.#faults.beforeAppend?.(this.#appends) ?? 'proceed'
    this.#write([{ topic, records: this.#keepsAppended ? records : copyRecords(records) }], fault)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.crash()
    this.#closing.closed.ring()
  }

  /**
   * The owners die, as in a crash: their `next` rejects with OwnershipLostError, their commits with FencedError, and
   * every group can be owned again. What was written and committed stays.
   */
  crash(): void {
    const owners = [...this.#owners.values()]
    this.#owners.clear()
    for (const owner of owners) {
      for (const held of owner.held) held.lose()
      owner.end()
    }
  }

  /** Delete the records before `offset`, as retention does. */
  deleteBefore(topic: Topic, partition: number, offset: Offset): void {
    this.#partition(topic, partition).deleteBefore(offset)
  }

  #commit(owner: Owner, key: string, place: string, writes: Writes, position: Offset): void {
    this.#checkOpen()
    this.#commits += 1
    const fault = this.#faults.beforeCommit?.(this.#commits) ?? 'proceed'
    if (this.#owners.get(key) !== owner) {
      throw new FencedError('The group has been taken by another owner; nothing was written.')
    }
    const copies = writes.map((write) => ({ ...write, records: copyRecords(write.records) }))
    this.#write(copies, fault, () => this.#positions.set(place, position))
  }

  #write(writes: Writes, fault: CommitFault, alongside?: () => void): void {
    for (const { topic, records } of writes) {
      for (const { partition } of records) this.#partition(topic, partition)
    }
    if (fault === 'fail-between' && this.#guarantee === 'at-least-once') {
      this.#write(
        writes.filter(({ order }) => order !== 'last'),
        'fail-after',
      )
    }
    if (fault === 'fail-before' || fault === 'fail-between')
      throw new LogAwayError('A test made this write fail; nothing was written.')
    const grown = new Set<MemoryPartition>()
    for (const { topic, records } of writes) {
      for (const record of records) {
        const partition = this.#partition(topic, record.partition)
        partition.push(record)
        grown.add(partition)
      }
    }
    alongside?.()
    for (const partition of grown) partition.grown.ring()
    if (fault === 'fail-after') throw new LogAwayError('A test made this write fail after it was written.')
  }

  #release(owner: Owner, key: string, released: readonly HeldPartition[]): void {
    owner.held = owner.held.filter((held) => !released.includes(held))
    if (owner.held.length === 0 && this.#owners.get(key) === owner) this.#owners.delete(key)
    for (const held of released) held.lose()
  }

  #topic(topic: Topic): MemoryTopic {
    const found = this.#topics.get(topic)
    if (!found) throw new UnknownTopicError(`Topic ${topic} does not exist; create it first.`)
    return found
  }

  #partition(topic: Topic, partition: number): MemoryPartition {
    const { partitions } = this.#topic(topic)
    const found = partitions[partition]
    if (!found) {
      throw new UnknownTopicError(
        `Topic ${topic} has partitions 0 to ${partitions.length - 1}, not ${partition}.`,
      )
    }
    return found
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new LogUnavailableError('The log is closed; open it again.')
  }
}
