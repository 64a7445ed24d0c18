import { AsyncSubject, type Observable } from 'rxjs'
import type { Clock } from '#shared/clock/clock'
import { Ending } from '#shared/clock/ending'
import { FencedError, LogUnavailableError, OwnershipLostError } from '../errors.js'
import type { Guarantee, LogRecord, Offset, Ownership, RecordBatch, Topic, Writes } from '../port.js'
import { FetchPace } from './fetch-pace.js'
import { describing } from './kafka-errors.js'
import type { KafkaLink } from './kafka-link.js'
import { type Fetched, PartitionFetcher } from './partition-fetcher.js'
import { writesByPartition } from './partition-writes.js'
import { ProducerSession } from './producer-session.js'
import type { GroupPosition } from './transaction-protocol.js'

const RECORDS_MAX = 500
const OWNER_KEY = '@owner'
/**
 * How often the group is told where it stands: tools that show lag look no more often. What counts is the position in the state topic
 * (docs/decisions/0009, 0017).
 */
const TELL_MS = 1_000
/** Where commits go on, one of them tells; only where none came for so long is it told for its own sake. */
const QUIET_MS = 2 * TELL_MS
const ORDER = ['first', undefined, 'last'] as const

export interface HeldOptions {
  readonly link: KafkaLink
  readonly topic: Topic
  readonly partition: number
  /** The group as Kafka knows it. */
  readonly kafkaGroup: string
  readonly transactionalId: string
  readonly transactionMs: number
  readonly guarantee: Guarantee
  readonly clock: Clock
  /** It was lost by our own doing or another's. */
  readonly onLost: (held: HeldKafkaPartition, fenced: boolean) => void
}

/**
 * A partition of a topic in Kafka that is ours. What guards it is the transactional id, one per input partition: whoever
 * opens it last is the owner, and nobody else's writes are taken, whatever the group believes.
 */
export class HeldKafkaPartition implements Ownership {
  readonly partition: number
  readonly lost$: Observable<void>
  readonly #lost = new AsyncSubject<void>()
  readonly #fetcher: PartitionFetcher
  readonly #pace: FetchPace
  readonly #gone = new Ending()
  #ours = true
  #commits: Promise<unknown> = Promise.resolve()
  /** A position that the group has not been told, and when it was told the last time. */
  #untold: Offset | null = null
  #toldMs = Number.NEGATIVE_INFINITY
  #waitsToTell = false
  readonly #lostSignal = new AbortController()
  /** Where the last batch ended, what was fetched beyond it, and from where to fetch on. */
  #ahead: {
    readonly from: Offset
    readonly records: readonly LogRecord[]
    readonly next: Offset
    readonly end: Offset
  } | null = null
  #fetching: { readonly from: Offset; readonly fetched: Promise<Fetched | null> } | null = null

  private constructor(
    private readonly options: HeldOptions,
    private session: ProducerSession,
    readonly committed: Offset | null,
  ) {
    this.partition = options.partition
    this.lost$ = this.#lost.asObservable()
    this.#fetcher = new PartitionFetcher(options.link, options.topic, options.partition)
    this.#pace = new FetchPace(options.partition)
  }

  /** Fence whoever owned the partition, then look where the group stood. */
  static async take(options: HeldOptions): Promise<HeldKafkaPartition> {
    const { link, topic, partition, kafkaGroup, transactionalId, transactionMs, guarantee } = options
    const session = await ProducerSession.open(link, transactionalId, transactionMs, guarantee)
    return new HeldKafkaPartition(options, session, await link.committed(kafkaGroup, topic, partition))
  }

  get ours(): boolean {
    return this.#ours
  }

  async next(from: Offset, recordsMax = RECORDS_MAX): Promise<RecordBatch> {
    const ahead = this.#ahead?.from === from ? this.#ahead : null
    this.#ahead = null
    if (this.#ours && ahead !== null && ahead.records.length > 0) return this.#hand(ahead, recordsMax)
    let behind = ahead !== null && isBehind(ahead)
    for (let at = ahead?.next ?? from; ; ) {
      const fetched = this.#ours ? await this.#gone.before(this.#fetch(at, behind)) : null
      if (!this.#ours || fetched === null) {
        throw new OwnershipLostError(`${this.#name} is no longer ours; own it again to read on.`)
      }
      this.#fetching = null
      if (fetched.records.length > 0) return this.#hand(fetched, recordsMax)
      at = fetched.next
      behind = isBehind(fetched)
    }
  }

  async commit(writes: Writes, position: Offset): Promise<void> {
    this.#checkOurs()
    const { link, guarantee } = this.options
    const work = this.#inTurn(async () => {
      const whole = guarantee === 'exactly-once'
      // Split once: as one transaction, or one after the other.
      const turns = (whole ? [writes] : ORDER.map((order) => writes.filter((it) => it.order === order))).map(
        writesByPartition,
      )
      for (const { topic, partition } of turns.flat()) {
        await link.persist(describing(topic), 30_000, () => link.leader(topic, partition))
      }
      this.#checkOurs()
      if (!this.session.usable) {
        throw new LogUnavailableError(`The commit before failed on ${this.#name}; restore, then go on.`)
      }
      if (whole) {
        const told = turns[0]!.length === 0 || this.#isTellingTime() ? this.#positionAt(position) : undefined
        await this.session.transact(turns[0]!, told, () => this.#fetchAhead())
        this.#told(position, told !== undefined)
        return
      }
      this.#fetchAhead()
      for (const now of turns) if (now.length > 0) await this.session.send(now)
      this.#told(position, false)
      if (this.#isTellingTime()) await this.#tell()
    })
    await work.catch((error: unknown) => this.#judge(error))
    if (!this.#waitsToTell) void this.#tellWhenQuiet()
  }

  async settle(topic: Topic): Promise<Offset> {
    this.#checkOurs()
    const { link, transactionalId, transactionMs, partition, guarantee } = this.options
    const work = this.#inTurn(async () => {
      await link.persist(describing(topic), 30_000, () => link.leader(topic, partition))
      // Lost meanwhile, it has an owner whom another session would fence.
      this.#checkOurs()
      if (!this.session.usable) {
        this.session = await ProducerSession.open(link, transactionalId, transactionMs, guarantee)
      }
      const key = Buffer.from(OWNER_KEY)
      const owner = { partition, key, value: null, headers: [], timestamp: 0 }
      const [at] = await this.session.transact(writesByPartition([{ topic, records: [owner] }]))
      if (at !== undefined && at >= 0) return at + 1
      return (await link.bounds(topic, partition)).end
    })
    return work.catch((error: unknown) => this.#judge(error))
  }

  async release(): Promise<void> {
    this.lose(false)
    await this.#commits
  }

  /** It is not ours any more: tells `lost$` first, so that what hangs on it can end before a pending `next` rejects. */
  lose(fenced: boolean): void {
    if (!this.#ours) return
    this.#ours = false
    this.#lost.next()
    this.#lost.complete()
    this.#gone.end()
    this.#lostSignal.abort()
    this.#ahead = null
    this.options.onLost(this, fenced)
  }

  /** Close the connections once what is under way is done. */
  async close(): Promise<void> {
    this.lose(false)
    await this.#commits
    // Whoever has the partition now knows better than a group that was not told.
    if (this.session.usable) await this.#tell().catch(() => undefined)
    await this.options.link.close()
  }

  /** One after the other, whatever became of the one before. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#commits.then(work)
    this.#commits = done.catch(() => undefined)
    return done
  }

  #positionAt(offset: Offset): GroupPosition {
    const { kafkaGroup: group, topic, partition } = this.options
    return { group, topic, partition, offset }
  }

  /** A transaction of its own, which holds nothing else: without one, a group in use takes no positions from outside. */
  async #tell(): Promise<void> {
    const position = this.#untold
    if (position === null) return
    await this.session.transact([], this.#positionAt(position))
    this.#told(position, true)
  }

  /** The last position of a backlog too, though no commit comes after it: tools would show a lag for as long as nothing new comes. */
  async #tellWhenQuiet(): Promise<void> {
    const { clock } = this.options
    const { signal } = this.#lostSignal
    this.#waitsToTell = true
    while (this.#untold !== null && this.#ours && clock.now() - this.#toldMs < QUIET_MS) {
      await clock.sleep(this.#toldMs + QUIET_MS - clock.now(), signal)
    }
    this.#waitsToTell = false
    // In turn with the commits, one of which may tell it first or fail.
    const work = this.#inTurn(async () => {
      if (this.#ours && this.session.usable) await this.#tell()
    })
    await work.catch((error: unknown) => {
      if (error instanceof FencedError) this.lose(true)
    })
  }

  #isTellingTime(): boolean {
    return this.options.clock.now() - this.#toldMs >= TELL_MS
  }

  #told(position: Offset, told: boolean): void {
    this.#untold = told ? null : position
    if (told) this.#toldMs = this.options.clock.now()
  }

  #hand(found: Omit<Fetched, 'from'>, recordsMax: number): RecordBatch {
    const { topic, partition } = this.options
    const { next, end } = found
    const size = Math.max(1, recordsMax)
    const records = found.records.slice(0, size)
    const rest = found.records.slice(size)
    this.#ahead = { from: records.at(-1)!.offset + 1, records: rest, next, end }
    // With more behind, the next batch travels while this one is worked on; else what is not there yet would miss it.
    if (isBehind(found)) this.#fetchAhead()
    return { topic, partition, records, endOffset: end }
  }

  #fetchAhead(): void {
    const ahead = this.#ahead
    if (!this.#ours || ahead?.records.length !== 0) return
    this.#fetch(ahead.next, isBehind(ahead)).catch(() => undefined)
  }

  /** @param behind there is more to be had, which is fetched at once */
  #fetch(from: Offset, behind: boolean): Promise<Fetched | null> {
    if (this.#fetching?.from === from) return this.#fetching.fetched
    const fetched = this.#fetchInTurn(from, behind)
    const fetching = { from, fetched }
    this.#fetching = fetching
    fetched.catch(() => {
      // What failed is not what the next one who asks gets.
      if (this.#fetching === fetching) this.#fetching = null
    })
    return fetched
  }

  async #fetchInTurn(from: Offset, behind: boolean): Promise<Fetched | null> {
    const { clock } = this.options
    const waitMs = behind ? 0 : this.#pace.waitMs(clock.now())
    if (waitMs > 0) await clock.sleep(waitMs)
    this.#pace.began(clock.now())
    return this.#fetcher.fetchPatiently(from, () => !this.#ours)
  }

  #checkOurs(): void {
    if (this.#ours) return
    throw new FencedError(`${this.#name} is no longer ours; nothing was written. Own it again to write on.`)
  }

  #judge(error: unknown): never {
    if (error instanceof FencedError) this.lose(true)
    throw error
  }

  get #name(): string {
    return `Partition ${this.partition} of topic ${this.options.topic}`
  }
}

function isBehind({ next, end }: Pick<Fetched, 'next' | 'end'>): boolean {
  return next < end
}
