import { countOf } from '#shared/words/count-of'
import { TopicMismatchError, UnknownTopicError } from '../errors.js'
import type { Topic, TopicSpec } from '../port.js'
import type { EntryKey, LmdbStore } from './lmdb-store.js'

export interface StoredTopic extends TopicSpec {
  readonly id: number
}

/** Where a partition ends. The entry's version is `endVersion(end)`. */
export interface PartitionEnd {
  readonly end: number
  /** Bytes of all batches ever written to it. */
  readonly bytes: number
}

export const endKey = (topicId: number, partition: number): EntryKey => ['end', topicId, partition]
/** LMDB-js takes version 0 for none. */
export const endVersion = (end: number): number => end + 1

/** The topics of the folder. Topics are never removed, so that one that is known stays known. */
export class TopicCatalogue {
  readonly #known = new Map<Topic, StoredTopic>()

  constructor(private readonly store: LmdbStore) {}

  /**
   * Create what is missing. A retention that is given replaces that of an existing topic.
   * @throws TopicMismatchError
   */
  create(specs: readonly TopicSpec[]): void {
    const created = this.store.transact(() => {
      for (const spec of specs) this.#checkSame(spec)
      let id = this.store.entry<{ last: number }>(['last-topic'])?.value.last ?? 0
      const topics = specs.map((spec) => {
        const found = this.store.entry<StoredTopic>(['topic', spec.topic])?.value
        const topic: StoredTopic = { ...found, ...given(spec), id: found?.id ?? ++id }
        this.store.putEntry(['topic', spec.topic], topic, 1)
        for (let p = 0; !found && p < spec.partitions; p++) {
          this.store.putEntry(endKey(topic.id, p), { end: 0, bytes: 0 } satisfies PartitionEnd, endVersion(0))
        }
        return topic
      })
      this.store.putEntry(['last-topic'], { last: id }, 1)
      return topics
    })
    for (const topic of created) this.#known.set(topic.topic, topic)
  }

  find(topic: Topic): StoredTopic | null {
    const known = this.#known.get(topic)
    if (known) return known
    const found = this.store.snapshot(() => this.store.entry<StoredTopic>(['topic', topic])?.value ?? null)
    if (found) this.#known.set(topic, found)
    return found
  }

  /** @throws UnknownTopicError when there is no such partition */
  require(topic: Topic, partition = 0): StoredTopic {
    const found = this.find(topic)
    if (!found) throw new UnknownTopicError(`Topic ${topic} does not exist; create it first.`)
    if (!Number.isInteger(partition) || partition < 0 || partition >= found.partitions) {
      throw new UnknownTopicError(
        `Topic ${topic} has partitions 0 to ${found.partitions - 1}, not ${partition}.`,
      )
    }
    return found
  }

  /** Every topic as it is stored now. */
  all(): StoredTopic[] {
    return this.store.snapshot(() => this.store.entriesUnder<StoredTopic>('topic').map(({ value }) => value))
  }

  #checkSame(spec: TopicSpec): void {
    const found = this.store.entry<StoredTopic>(['topic', spec.topic])?.value
    if (!found || (found.partitions === spec.partitions && found.cleanup === spec.cleanup)) return
    throw new TopicMismatchError(
      `Topic ${spec.topic} exists with ${countOf(found.partitions, 'partition')} and cleanup ${found.cleanup}, ` +
        `not ${spec.partitions} and ${spec.cleanup}; use another name or create it anew.`,
    )
  }
}

function given(spec: TopicSpec): TopicSpec {
  return Object.fromEntries(
    Object.entries(spec).filter(([, value]) => value !== undefined),
  ) as unknown as TopicSpec
}
