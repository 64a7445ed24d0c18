import { RetentionGapError } from '../errors.js'
import type { LogRecord, Offset, Topic } from '../port.js'
import { isPassing, KafkaCodeError, kafkaFailure } from './kafka-errors.js'
import type { KafkaLink } from './kafka-link.js'
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
const OUT_OF_RANGE = 1

/** Fetches one partition, read-committed, from any offset, without a group. */
export class PartitionFetcher {
  constructor(
    private readonly link: KafkaLink,
    readonly topic: Topic,
    readonly partition: number,
  ) {}

  /**
   * The records at or after `from`; none when none came in a while. Fails in passing as the network does.
   * @throws RetentionGapError when the partition does not hold `from` any more, or not yet
   */
  async fetch(from: Offset, waitMs = WAIT_MS): Promise<Fetched> {
    const { topic, partition, link } = this
    try {
      const broker = await link.leader(topic, partition)
      const request = fetchRequest({ topic, partition, from, waitMs, bytesMax: BYTES_MAX })
      const { errorCode, lastStable, aborted, set } = await link.send(broker, request)
      if (errorCode === OUT_OF_RANGE) throw await this.#gap(from)
      if (errorCode !== 0) throw new KafkaCodeError(errorCode)
      const { records, next } = decodeBatches(set, from, aborted)
      const last = records.at(-1)
      return { records, next, end: last !== undefined && next >= lastStable ? last.offset + 1 : lastStable }
    } catch (error) {
      if (isPassing(error)) throw error
      throw kafkaFailure(error, { operation: 'Read', resource: `topic ${topic}` })
    }
  }

  /** As `fetch`, trying again while the cluster is on its way somewhere else; null when `ended` says so. */
  async fetchPatiently(from: Offset, ended: () => boolean, waitMs = WAIT_MS): Promise<Fetched | null> {
    for (let pauseMs = 20; !ended(); pauseMs = Math.min(1_000, 2 * pauseMs)) {
      try {
        return await this.fetch(from, waitMs)
      } catch (error) {
        if (ended()) return null
        if (!isPassing(error)) throw error
        await this.link.recover(pauseMs)
      }
    }
    return null
  }

  async #gap(from: Offset): Promise<RetentionGapError> {
    const { start, end } = await this.link.bounds(this.topic, this.partition)
    return new RetentionGapError(
      `Partition ${this.partition} of topic ${this.topic} holds offsets ${start} to ${end}, but the position is ${from}: ` +
        'records were lost. Raise the retention of the topic, or start the group afresh.',
    )
  }
}
