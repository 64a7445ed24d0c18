import type { Kafka } from 'kafkajs'
import type { Clock } from '#shared/clock/clock'
import { LogUnavailableError, UnknownTopicError } from '../errors.js'
import type { Bounds, Topic } from '../port.js'
import { FirstContact } from './first-contact.js'
import {
  type Attempt,
  describing,
  isFenced,
  isFinishing,
  isPassing,
  isUnknownTopic,
  KafkaCodeError,
} from './kafka-errors.js'
import { createCluster, type KafkaBroker, type KafkaCluster, sendTo } from './kafkajs-client.js'
import { OutageWatch } from './outage-watch.js'
import { Patience } from './patience.js'
import type { LargeExchange } from './send-parts.js'
import { featuresRequest } from './wire/features-request.js'
import { metadataRequest } from './wire/metadata-request.js'

const LEADERS_AGE_MS = 60_000
const [GROUP, TRANSACTION] = [0, 1] as const
/** A topic that was created a moment ago is not known everywhere yet. */
const UNKNOWN_TOPIC_MS = 300
const NEW_TOPIC_MS = 30_000
const FIRST_PAUSE_MS = 5
/** Markers are written within milliseconds, where nothing is wrong. */
const FINISHING_PAUSE_MS = 2
/** A broker that has just come back knows of no topic for a while: one that was there is taken for gone after so long. */
export const GONE_TOPIC_MS = 15_000

interface Leaders {
  readonly askedMs: number
  readonly topicId: string
  readonly byPartition: ReadonlyMap<number, number>
}

/**
 * Connections to the brokers for one user at a time: one for what waits (fetches), one for everything else, per broker.
 * A broker answers the requests of a connection in order, so readers that wait must not share one.
 */
export class KafkaLink {
  #cluster: KafkaCluster
  readonly #leaders = new Map<Topic, Leaders>()
  readonly #coordinators = new Map<string, KafkaBroker>()
  #connected: Promise<void> | null = null
  #closed = false
  readonly #patience: Patience

  constructor(
    private readonly kafka: Kafka,
    private readonly clock: Clock,
    /** Topics that were there, kept by all links of a log. */
    private readonly known: Set<Topic> = new Set(),
    private readonly outages: OutageWatch = new OutageWatch(clock),
    /** Of all links of a log: where one was answered, others are not hung up on as strangers. */
    private readonly contact: FirstContact = new FirstContact(false, []),
  ) {
    this.#cluster = createCluster(kafka)
    this.#patience = new Patience(clock)
  }

  /** Partition count, or 0 when there is no such topic. */
  async partitions(topic: Topic): Promise<number> {
    try {
      return await this.persist(describing(topic), 30_000, async () => {
        try {
          return (await this.#askLeaders(topic)).byPartition.size
        } catch (error) {
          if (isUnknownTopic(error) && !this.known.has(topic)) return 0
          throw error
        }
      })
    } catch (error) {
      if (error instanceof UnknownTopicError) return 0
      throw error
    }
  }

  /**
   * @param isolation 1: up to the first transaction that is still open; 0: everything
   * @throws UnknownTopicError
   */
  async bounds(topic: Topic, partition: number, isolation: 0 | 1 = 1): Promise<Bounds> {
    return this.persist(describing(topic), 30_000, async () => {
      const broker = await this.leader(topic, partition)
      const ask = async (timestamp: number) => {
        const { responses } = await broker.listOffsets({
          replicaId: -1,
          isolationLevel: isolation,
          topics: [{ topic, partitions: [{ partition, timestamp }] }],
        })
        return Number(responses[0]!.partitions[0]!.offset)
      }
      const [start, end] = [await ask(-2), await ask(-1)]
      return { start, end }
    })
  }

  /** Position that a group committed, or null. */
  async committed(groupId: string, topic: Topic, partition: number): Promise<number | null> {
    return this.persist({ operation: 'Read', resource: `group ${groupId}` }, 30_000, async () => {
      const broker = await this.coordinator(groupId, GROUP)
      const { responses } = await broker.offsetFetch({
        groupId,
        topics: [{ topic, partitions: [{ partition }] }],
      })
      const offset = Number(responses[0]?.partitions[0]?.offset ?? -1)
      return offset < 0 ? null : offset
    })
  }

  /** The broker that leads a partition. @throws UnknownTopicError */
  async leader(topic: Topic, partition: number): Promise<KafkaBroker> {
    await this.#connect()
    const known = this.#leaders.get(topic)
    const fresh = known !== undefined && this.clock.now() - known.askedMs < LEADERS_AGE_MS
    const { byPartition } = fresh ? known : await this.#askLeaders(topic)
    const leader = byPartition.get(partition)
    if (leader === undefined) {
      throw new UnknownTopicError(
        `Topic ${topic} has partitions 0 to ${byPartition.size - 1}, not ${partition}.`,
      )
    }
    if (leader < 0) throw new KafkaCodeError(5)
    return this.#cluster.findBroker({ nodeId: String(leader) })
  }

  /** Whether it was ever there. */
  knows(topic: Topic): boolean {
    return this.known.has(topic)
  }

  /** What tells the topic from another of the same name, as of the last look at its leaders. */
  topicId(topic: Topic): string | null {
    return this.#leaders.get(topic)?.topicId ?? null
  }

  async coordinator(id: string, type: typeof GROUP | typeof TRANSACTION = TRANSACTION): Promise<KafkaBroker> {
    await this.#connect()
    const key = `${type} ${id}`
    const known = this.#coordinators.get(key)
    if (known) return known
    // kafkajs's own search swallows why it found none, a refusal too.
    const { coordinator } = await this.anyBroker((broker) =>
      broker.findGroupCoordinator({ groupId: id, coordinatorType: type }),
    )
    const found = await this.#cluster.findBroker({ nodeId: String(coordinator.nodeId) })
    this.#coordinators.set(key, found)
    return found
  }

  /** See that there is such a group for this user. @throws LogDeniedError */
  async findGroup(groupId: string): Promise<void> {
    await this.persist({ operation: 'Read', resource: `group ${groupId}` }, 60_000, () =>
      this.coordinator(groupId, GROUP),
    )
  }

  /** The level of the cluster's transactions: from 2 on what is written joins the transaction by itself, and each has an epoch of its own. */
  async transactionLevel(): Promise<number> {
    return this.persist({ operation: 'Describe', resource: 'the cluster' }, 60_000, () =>
      this.anyBroker(async (broker) => {
        const { errorCode, levels } = await this.send(broker, featuresRequest())
        if (errorCode !== 0) throw new KafkaCodeError(errorCode)
        return levels.get('transaction.version') ?? 0
      }),
    )
  }

  /** Ask one broker, whichever answers. */
  async anyBroker<T>(use: (broker: KafkaBroker) => Promise<T>): Promise<T> {
    await this.#connect()
    let failure: unknown = null
    // kafkajs tries the next broker after any error, and says nothing when all have failed.
    const answer = await this.#cluster.brokerPool.withBroker(async ({ broker }) => {
      try {
        return { value: await use(broker) }
      } catch (error) {
        failure = error
        throw error
      }
    })
    if (answer === null) throw failure
    return answer.value
  }

  /** Resolves when every partition of a new topic has a leader that this link knows. */
  async awaitLeaders({
    topic,
    partitions,
  }: {
    readonly topic: Topic
    readonly partitions: number
  }): Promise<void> {
    await this.persist(describing(topic), NEW_TOPIC_MS, async () => {
      try {
        const { byPartition } = await this.#askLeaders(topic)
        const led = [...byPartition.values()].filter((leader) => leader >= 0)
        if (led.length < partitions) throw new KafkaCodeError(5)
      } catch (error) {
        throw isUnknownTopic(error) ? new KafkaCodeError(5) : error
      }
    })
  }

  /** Who holds a link knows nothing of kafkajs, and a test answers in its place. */
  send<T>(broker: KafkaBroker, exchange: LargeExchange<T>): Promise<T> {
    return sendTo(broker, exchange)
  }

  /**
   * Try again what fails in passing, for up to `forMs`; where brokers hang up on a log that none has ever answered, for some seconds.
   * @throws an error of ours that names the attempt
   */
  async persist<T>(attempt: Attempt, forMs: number, work: () => Promise<T>): Promise<T> {
    const sinceMs = this.clock.now()
    const untilMs = sinceMs + forMs
    const wasThere = attempt.topics?.some((topic) => this.known.has(topic)) ?? false
    const unknownUntilMs = sinceMs + (wasThere ? GONE_TOPIC_MS : UNKNOWN_TOPIC_MS)
    let failed = false
    for (let pauseMs = FINISHING_PAUSE_MS; ; pauseMs = Math.min(1_000, 2 * pauseMs)) {
      if (this.#closed) throw new LogUnavailableError('The log is closed; open it again.')
      try {
        await this.#connect()
        const done = await work()
        if (failed) this.awaitsNoLonger(attempt.resource, true)
        return done
      } catch (error) {
        const untilThen = isUnknownTopic(error) ? unknownUntilMs : isPassing(error) ? untilMs : 0
        if (isFenced(error) || this.clock.now() >= untilThen) throw this.contact.failureOf(attempt, error)
        const refusal = this.contact.refusal(error, this.clock.now() - sinceMs)
        if (refusal !== null) throw refusal
        failed = true
        this.awaits(attempt.resource, error)
        if (!isFinishing(error)) {
          pauseMs = Math.max(pauseMs, FIRST_PAUSE_MS)
          await this.forget()
        }
        await this.clock.sleep(pauseMs)
      }
    }
  }

  /** Ask anew who leads and coordinates what. */
  async forget(): Promise<void> {
    this.#leaders.clear()
    this.#coordinators.clear()
    await this.#cluster.refreshMetadata().catch(() => {
      this.#connected = null
    })
  }

  /** `work`, or undefined when it has not come to an end in `ms`, to within a second. */
  within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    return this.#patience.within(ms, work)
  }

  /** An attempt at `place` failed and will be made again. */
  awaits(place: string, error: unknown): void {
    this.outages.failed(place, error)
  }

  /** Nobody waits for `place` any more. @param there it answers again */
  awaitsNoLonger(place: string, there: boolean): void {
    if (there) this.outages.worked(place)
    else this.outages.abandoned(place)
  }

  /** Connections from new: those that are there have gone silent about `place`. */
  renew(place: string): void {
    this.outages.listener.silent(place)
    const old = this.#cluster
    this.#cluster = createCluster(this.kafka)
    this.#connected = null
    this.#leaders.clear()
    this.#coordinators.clear()
    // A silent broker does not answer a goodbye either.
    old.disconnect().catch(() => undefined)
  }

  /** Wait a moment, then look at the cluster anew. */
  async recover(pauseMs: number): Promise<void> {
    await this.clock.sleep(pauseMs)
    if (!this.#closed) await this.forget()
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#patience.close()
    await this.#connected?.catch(() => undefined)
    await this.#cluster.disconnect().catch(() => undefined)
  }

  async #connect(): Promise<void> {
    this.#connected ??= this.#open(this.#cluster)
    try {
      await this.#connected
    } catch (error) {
      this.#connected = null
      throw error
    }
  }

  async #open(cluster: KafkaCluster): Promise<void> {
    await cluster.connect()
    this.contact.greeted()
    // Connected, kafkajs knows no broker yet, and whoever asks one would fail without a reason.
    await cluster.refreshMetadata()
    this.contact.answered()
  }

  async #askLeaders(topic: Topic): Promise<Leaders> {
    const { topicId, leaders: byPartition } = await this.anyBroker(async (broker) => {
      const found = await this.send(broker, metadataRequest(topic))
      if (found.errorCode !== 0) throw new KafkaCodeError(found.errorCode)
      return found
    })
    const leaders = { askedMs: this.clock.now(), topicId, byPartition }
    this.#leaders.set(topic, leaders)
    if (byPartition.size > 0) this.known.add(topic)
    return leaders
  }
}
