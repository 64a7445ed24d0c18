import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type { Kafka } from 'kafkajs'
import { Observable } from 'rxjs'
import type { Clock } from '#shared/clock/clock'
import { Ending } from '#shared/clock/ending'
import { LogUnavailableError } from '../errors.js'
import type { LogListener } from '../log-listener.js'
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
} from '../port.js'
import { Appender } from './appender.js'
import { FirstContact } from './first-contact.js'
import { groupMembership, type Membership } from './group-membership.js'
import { KafkaLink } from './kafka-link.js'
import { createKafka, type KafkaConnection } from './kafkajs-client.js'
import { OutageWatch } from './outage-watch.js'
import { ownPartitions } from './owned-partitions.js'
import { PartitionFetcher } from './partition-fetcher.js'
import { TopicAdmin } from './topic-admin.js'

export interface KafkaLogOptions extends KafkaConnection {
  readonly clock: Clock
  /** Stands before every transactional id, so that access can be granted by prefix. */
  readonly prefix: string
  /** What commits promise. Default: exactly-once. */
  readonly guarantee?: Guarantee
  /** Copies of each partition of topics that are created; absent: as the cluster does it. */
  readonly replicas?: number
  /** A worker that says nothing for so long has lost its partitions. Default 10 s. */
  readonly sessionMs?: number
  readonly heartbeatMs?: number
  /** Who decides which partitions are ours. Default: a consumer group. */
  readonly membership?: Membership
  /** Told when a broker goes silent, and what is waited for. */
  readonly listener?: LogListener
}

/** An open transaction of a dead process holds up read-committed readers for so long at most. */
const TRANSACTION_MS = 20_000
/** Links of finished reads that are kept for the next. */
const IDLE_LINKS_MAX = 8

/** The log on a Kafka cluster, version 3.6 or newer. See docs/guides/kafka.md. */
export class KafkaLog implements Log {
  readonly #kafka: Kafka
  readonly #clock: Clock
  readonly #link: KafkaLink
  readonly #appender: Appender
  readonly #admin: TopicAdmin
  readonly #idle: KafkaLink[] = []
  readonly #known = new Set<Topic>()
  readonly #outages: OutageWatch
  readonly #contact: FirstContact
  readonly #closing = new AbortController()
  readonly #endings = new Set<() => void>()
  readonly #tracked = new Set<Promise<unknown>>()
  #close: Promise<void> | null = null

  constructor(private readonly options: KafkaLogOptions) {
    // Each open read listens.
    setMaxListeners(0, this.#closing.signal)
    this.#kafka = createKafka(options)
    this.#clock = options.clock
    this.#outages = new OutageWatch(options.clock, options.listener)
    const logsIn = options.sasl !== undefined
    this.#contact = new FirstContact(logsIn, options.brokers)
    this.#link = this.#createLink()
    this.#admin = new TopicAdmin(this.#kafka, { ...options, logsIn })
    const id = `${options.prefix}-append-${randomUUID()}`
    this.#appender = new Appender(this.#link, id, TRANSACTION_MS)
  }

  /** What exists is left as it is, settings included; `foretide topics apply` changes those. */
  async createTopics(specs: readonly TopicSpec[]): Promise<void> {
    this.#checkOpen()
    const changes = await this.#admin.plan(specs)
    await this.#admin.apply(changes.filter(({ kind }) => kind !== 'alter'))
    for (const change of changes) if (change.kind === 'create') await this.#link.awaitLeaders(change.to)
  }

  async partitions(topic: Topic): Promise<number> {
    this.#checkOpen()
    return this.#link.partitions(topic)
  }

  async bounds(topic: Topic, partition: number): Promise<Bounds> {
    this.#checkOpen()
    return this.#link.bounds(topic, partition)
  }

  ownerships(input: Topic, group: string): Observable<Ownership> {
    const { sessionMs = 10_000, heartbeatMs = 1_000, prefix, guarantee = 'exactly-once' } = this.options
    return new Observable((subscriber) => {
      try {
        this.#checkOpen()
      } catch (error) {
        subscriber.error(error)
        return
      }
      const end = () => subscriber.complete()
      this.#endings.add(end)
      subscriber.add(() => this.#endings.delete(end))
      // Two deployments with prefixes of their own may read one input.
      const named = group.startsWith(`${prefix}-`) ? group : `${prefix}-${group}`
      return ownPartitions(input, named, {
        clock: this.#clock,
        membership:
          this.options.membership ??
          groupMembership(this.#kafka, { sessionMs, heartbeatMs }, (work) => this.#track(work)),
        createLink: () => this.#createLink(),
        partitions: (topic) => this.#link.partitions(topic),
        findGroup: (id) => this.#link.findGroup(id),
        transactionalId: (...names) => names.join('-'),
        transactionMs: TRANSACTION_MS,
        guarantee,
        reclaimMs: sessionMs,
        track: (work) => this.#track(work),
      }).subscribe(subscriber)
    })
  }

  async *read(
    topic: Topic,
    partition: number,
    from: Offset,
    to: Offset = Number.POSITIVE_INFINITY,
    signal?: AbortSignal,
  ): AsyncGenerator<RecordBatch, void, undefined> {
    this.#checkOpen()
    const { start, end } = await this.#link.bounds(topic, partition)
    if (from >= to || signal?.aborted) return
    const link = this.#idle.pop() ?? this.#createLink()
    const fetcher = new PartitionFetcher(link, topic, partition)
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])]
    const ended = new Ending()
    const stop = () => ended.end()
    for (const one of signals) one.addEventListener('abort', stop)
    const isEnded = () => (signal?.aborted ?? false) || this.#closing.signal.aborted
    let fetching: Promise<unknown> = Promise.resolve()
    try {
      // A position beyond the end is waited for, as a broker would not.
      let at = Math.min(Math.max(from, start), Math.max(end, start))
      while (at < to && !isEnded()) {
        const fetched = fetcher.fetchPatiently(at, isEnded)
        fetching = fetched.catch(() => undefined)
        const found = await ended.before(fetched)
        if (found === null) break
        const records = found.records.filter(({ offset }) => offset >= from && offset < to)
        at = found.next
        if (records.length > 0) {
          yield { topic, partition, records, endOffset: Math.max(found.end, records.at(-1)!.offset + 1) }
        }
      }
      this.#checkOpen()
    } finally {
      for (const one of signals) one.removeEventListener('abort', stop)
      this.#track(fetching.then(() => this.#giveBack(link)))
    }
  }

  async append(topic: Topic, records: readonly NewRecord[]): Promise<void> {
    this.#checkOpen()
    await this.#appender.append(topic, records)
  }

  close(): Promise<void> {
    this.#close ??= this.#shut()
    return this.#close
  }

  async #shut(): Promise<void> {
    await this.#appender.drained()
    this.#closing.abort()
    for (const end of [...this.#endings]) end()
    while (this.#tracked.size > 0) await Promise.all(this.#tracked)
    await Promise.all([this.#link, ...this.#idle].map((link) => link.close()))
    this.#outages.close()
  }

  #createLink(): KafkaLink {
    return new KafkaLink(this.#kafka, this.#clock, this.#known, this.#outages, this.#contact)
  }

  async #giveBack(link: KafkaLink): Promise<void> {
    if (this.#closing.signal.aborted || this.#idle.length >= IDLE_LINKS_MAX) await link.close()
    else this.#idle.push(link)
  }

  #track(work: Promise<unknown>): void {
    const quiet: Promise<unknown> = work.catch(() => undefined).finally(() => this.#tracked.delete(quiet))
    this.#tracked.add(quiet)
  }

  #checkOpen(): void {
    if (this.#closing.signal.aborted) throw new LogUnavailableError('The log is closed; open it again.')
  }
}
