import { RetentionGapError, TopicRecreatedError } from '../errors.js'
import type { LogRecord, Offset, Topic } from '../port.js'
import { isPassing, isUnknownTopic, KafkaCodeError, kafkaFailure } from './kafka-errors.js'
import { GONE_TOPIC_MS, type KafkaLink } from './kafka-link.js'
import { ChunkAssembler } from './record-chunks.js'
import { decodeBatches } from './wire/decode-batches.js'
import { fetchRequest } from './wire/fetch-request.js'

/** What one fetch brought. */
export interface Fetched {
  readonly records: readonly LogRecord[]
  /** Where to go on. */
  readonly next: Offset
  /** Offset after the last record that may be seen now; markers behind it do not count. */
  readonly end: Offset
}

/** A broker answers at the latest after so long, so that an end is noticed. */
const WAIT_MS = 500
const BYTES_MAX = 1024 * 1024
/** A fetch that has brought nothing for so long, not even an error, never will; a broker answers within half a second. */
const STALL_MS = 20_000
const OUT_OF_RANGE = 1
const NOT_LEADER = 6

/** Fetches one partition, read-committed, from any offset, without a group. */
export class PartitionFetcher {
  #topicId: string | null = null
  readonly #chunks = new ChunkAssembler()

  constructor(
    private readonly link: KafkaLink,
    readonly topic: Topic,
    readonly partition: number,
  ) {}

  /**
   * The records at or after `from`; none when none came in a while; null when `ended` says so. Tries again while the cluster is
   * on its way somewhere else.
   * @throws RetentionGapError when the partition does not hold `from` any more, or not yet
   * @throws TopicRecreatedError when it is not the topic of the fetch before
   */
  async fetchPatiently(from: Offset, ended: () => boolean, waitMs = WAIT_MS): Promise<Fetched | null> {
    const place = `partition ${this.partition} of topic ${this.topic}`
    let goneMs = 0
    let waited = false
    let there = false
    try {
      for (let pauseMs = 20; !ended(); pauseMs = Math.min(1_000, 2 * pauseMs)) {
        try {
          const fetching = this.#fetch(from, waitMs)
          fetching.catch(() => undefined)
          const fetched = await this.link.within(STALL_MS, fetching)
          there = fetched !== undefined
          if (fetched !== undefined) return fetched
          this.link.renew(place)
          // Brokers that take connections and never answer are away as well.
          waited = true
          this.link.awaits(place, new Error('a broker takes requests and does not answer them'))
        } catch (error) {
          if (ended()) return null
          if (isUnknownTopic(error) && this.link.knows(this.topic)) goneMs += pauseMs
          else if (!isPassing(error)) goneMs = GONE_TOPIC_MS
          if (goneMs >= GONE_TOPIC_MS) throw this.#failure(error)
          waited = true
          this.link.awaits(place, error)
          await this.link.recover(pauseMs)
        }
      }
      return null
    } finally {
      if (waited) this.link.awaitsNoLonger(place, there)
    }
  }

  /** Fails as the network and the brokers do. */
  async #fetch(from: Offset, waitMs: number): Promise<Fetched> {
    const { topic, partition, link } = this
    const broker = await link.leader(topic, partition)
    const topicId = link.topicId(topic)
    this.#topicId ??= topicId
    if (topicId !== this.#topicId) throw this.#recreated(from)
    const request = fetchRequest({ topic, partition, from, waitMs, bytesMax: BYTES_MAX })
    const { errorCode, lastStable, aborted, set } = await link.send(broker, request)
    if (errorCode === OUT_OF_RANGE) throw await this.#gap(from)
    if (errorCode !== 0) throw new KafkaCodeError(errorCode)
    const { records: stored, next } = decodeBatches(set, from, aborted)
    const records = this.#chunks.join(from, stored, next)
    const last = records.at(-1)
    return { records, next, end: last !== undefined && next >= lastStable ? last.offset + 1 : lastStable }
  }

  #failure(error: unknown): Error {
    return kafkaFailure(error, { operation: 'Read', resource: `topic ${this.topic}` })
  }

  #recreated(from: Offset): TopicRecreatedError {
    return new TopicRecreatedError(
      `Topic ${this.topic} was deleted and made anew, so position ${from} of partition ${this.partition} means nothing in it; ` +
        'start with another topicPrefix, which begins afresh.',
    )
  }

  async #gap(from: Offset): Promise<Error> {
    const { start, end } = await this.link.bounds(this.topic, this.partition, 0)
    // A leader that has just taken over knew less a moment ago.
    if (from >= start && from <= end) return new KafkaCodeError(NOT_LEADER)
    if (from < start) return RetentionGapError.at(this.topic, this.partition, { from, position: from, start })
    const place = `partition ${this.partition} of topic ${this.topic}`
    return new RetentionGapError(
      `The position in ${place} is ${from}, but it ends at ${end}: it has lost records, or is another topic of that name. ` +
        'Start with another topicPrefix, which begins afresh.',
    )
  }
}
