import type { Clock } from '#shared/clock/clock'
import type { Feed, FeedEvent, FeedFindings } from '#shared/feed/feed'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import { LogAwayError } from '#shared/log/errors'
import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import { outlast } from '#shared/log/outlast'
import type { Log, NewRecord, Topic } from '#shared/log/port'
import { findPlace, placeHeaders } from './find-place.js'
import { Pace, type Speed } from './pace.js'
import { type FeedProgress, ProgressReporter } from './report-progress.js'

export interface FeederOptions {
  readonly log: Log
  /** Must exist. */
  readonly topic: Topic
  readonly partitions: number
  readonly feed: Feed
  /** Event time per wall time, such as 14400; default: four cadences a second. */
  readonly speed?: Speed
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress?: (progress: FeedProgress) => void
  /** Wait while the log is away, instead of failing. */
  readonly outlasts?: boolean
  /** Records that the consumer is behind; the feeder waits while there are more than 20,000. */
  readonly lag?: () => number
  /** Whether it is for this process to send; while it is not, another one does. Default: always. */
  readonly isOurs?: () => boolean
}

export interface FeedResult {
  /** Events sent by this run. */
  readonly sent: number
  /** Events that earlier runs had sent. */
  readonly skipped: number
  /** Whether the whole feed is in the log; false after an abort. */
  readonly finished: boolean
  readonly seconds: number
  readonly eventsPerSecond: number
  /** Cells of the source that were no numbers or times. */
  readonly rejected: FeedFindings['rejected']
}

/** Events per append: large enough for throughput, small enough to stop and to report between two. */
const chunkEvents = 2_000
const lagMax = 20_000
/** How often a process that does not send looks whether it has to. */
const turnMs = 50
/** Shortest wait between two paced appends, so that irregular times do not make one durable write per event. */
const tickMs = 20

/**
 * Send a feed into its topic, in event-time order, each series into the partition of its key.
 *
 * Every partition remembers its own place: what is already in it is found through the records' headers and left out.
 * So it may die at any moment and be started again, by another process too: nothing is lost and nothing sent twice.
 */
export async function runFeeder(options: FeederOptions): Promise<FeedResult> {
  const { log, topic, feed, clock, signal, isOurs = () => true } = options
  const pace = new Pace(options.speed, feed.cadenceMs)
  /** null when others may have sent since it was opened. */
  let unsent: UnsentEvents | null = null
  const progress = new ProgressReporter(clock, feed.total, options.onProgress)
  let sent = 0
  let skipped = 0
  /** Of `unsent.skipped`, those that this run has sent and counts as sent. */
  let resent = 0
  let eventTimeMs = Number.NaN

  while (!signal.aborted) {
    if (!isOurs()) {
      unsent = null
      await clock.sleep(turnMs, signal)
      continue
    }
    if (unsent === null) {
      unsent = await place(options)
      resent = sent
    }
    const next = await unsent.peek()
    skipped = Math.max(0, unsent.skipped - resent)
    if (next === null) break
    const waitMs = pace.dueMs(next.timeMs, clock.now()) - clock.now()
    if (waitMs > 0 || isTooFarAhead(options)) {
      // In steps: a sleep of days could not follow a change of the wall clock.
      await clock.sleep(Math.min(1_000, Math.max(tickMs, waitMs)), signal)
      continue
    }
    const chunk: NewRecord[] = []
    const now = clock.now()
    while (chunk.length < chunkEvents) {
      // Waiting for each event took longer than making a record of it.
      const event = unsent.ahead ?? (await unsent.peek())
      if (event === null || pace.dueMs(event.timeMs, now) > now) break
      chunk.push(unsent.take(event, now))
      eventTimeMs = event.timeMs
    }
    try {
      await log.append(topic, chunk)
    } catch (error) {
      if (!options.outlasts || !(error instanceof LogAwayError)) throw error
      // Whether it was written stands in the log.
      unsent = null
      continue
    }
    sent += chunk.length
    skipped = Math.max(0, unsent.skipped - resent)
    progress.report(sent, skipped, eventTimeMs, false)
    // An append may resolve without the event loop turning; signals and the consumer need it to.
    await clock.sleep(0, signal)
  }

  const finished = !signal.aborted || sent + skipped === feed.total
  progress.report(sent, skipped, eventTimeMs, true)
  return {
    sent,
    skipped,
    finished,
    seconds: progress.seconds(),
    eventsPerSecond: progress.rate(sent),
    rejected: feed.findings.rejected,
  }
}

/** What the log does not hold yet. */
function place(options: FeederOptions): Promise<UnsentEvents> {
  const { clock, signal, outlasts } = options
  const open = () => UnsentEvents.open(options)
  return outlasts ? outlast(clock, signal, open) : open()
}

function isTooFarAhead({ lag }: FeederOptions): boolean {
  return lag !== undefined && lag() > lagMax
}

/** Events read ahead at most. */
const aheadMax = 256

/** The events of a feed that are not in the log yet, with some read ahead. */
class UnsentEvents {
  skipped: number
  readonly #partitionOf = new Map<string, number>()
  readonly #fingerprint: Uint8Array
  readonly #events: AsyncIterator<FeedEvent>
  #index: number
  #ahead: { readonly event: FeedEvent; readonly index: number }[] = []
  #taken = 0

  static async open({ log, topic, partitions, feed, signal }: FeederOptions): Promise<UnsentEvents> {
    const places: number[] = []
    for (let p = 0; p < partitions; p++) places.push(await findPlace(log, topic, p, feed.fingerprint, signal))
    return new UnsentEvents(feed, places)
  }

  private constructor(
    feed: Feed,
    /** Per partition, index of the last event that it holds. */
    private readonly places: readonly number[],
  ) {
    const from = Math.min(...places) + 1
    this.skipped = from
    this.#index = from - 1
    this.#fingerprint = new TextEncoder().encode(feed.fingerprint)
    this.#events = feed.events(from)[Symbol.asyncIterator]()
  }

  /** The next unsent event, where it was read already. */
  get ahead(): FeedEvent | null {
    return this.#ahead[this.#taken]?.event ?? null
  }

  /** The next unsent event, or null at the end. */
  async peek(): Promise<FeedEvent | null> {
    if (this.#taken === this.#ahead.length) await this.#readOn()
    return this.ahead
  }

  async #readOn(): Promise<void> {
    this.#ahead = []
    this.#taken = 0
    while (this.#ahead.length < aheadMax) {
      const { done, value: event } = await this.#events.next()
      if (done) return
      const index = ++this.#index
      if (index > this.places[this.#partition(event.series)]!) this.#ahead.push({ event, index })
      else this.skipped++
    }
  }

  /** The event that was looked at, as a record. */
  take(event: FeedEvent, nowMs: number): NewRecord {
    const headers = placeHeaders(this.#fingerprint, this.#ahead[this.#taken++]!.index)
    return sensorEventRecord(event, this.#partition(event.series), Math.max(nowMs, event.timeMs), headers)
  }

  #partition(series: string): number {
    let partition = this.#partitionOf.get(series)
    if (partition === undefined) {
      partition = partitionOfKey(new TextEncoder().encode(series), this.places.length)
      this.#partitionOf.set(series, partition)
    }
    return partition
  }
}
