import type { Clock } from '#shared/clock/clock'
import type { Log } from '#shared/log/port'
import type { ForecastBoard } from './forecast-board.js'

/** How much of a forecasts topic is read, and how fast. All per partition. */
export interface FollowLimits {
  /** Records read before the end at the start, so that a restart shows history at once. */
  readonly historyRecords: number
  /** When more than this is unread, everything but the last `tailRecords` is passed over. */
  readonly behindRecordsMax: number
  readonly tailRecords: number
  /** Showing must not slow forecasting: at most this many records are looked at in a second, once at the end. */
  readonly recordsPerSecondMax: number
  /** Once at the end: what is read may be so old, as long as it takes to look at that much. */
  readonly behindSecondsMax: number
  /** After records were passed over and this long without more of it, the history is read again, whole. */
  readonly quietMs: number
}

export const followLimits: FollowLimits = {
  historyRecords: 12_000,
  // More than the history, or reading it again would itself count as being behind.
  behindRecordsMax: 20_000,
  tailRecords: 500,
  recordsPerSecondMax: 4_000,
  behindSecondsMax: 5,
  quietMs: 4_000,
}

/**
 * Keep the board up to date with one partition of a forecasts topic, until `signal` aborts.
 * Reads without a group, so it disturbs nobody; memory stays bounded because the reader pulls.
 */
export async function followForecasts(options: {
  readonly log: Log
  readonly topic: string
  readonly pipeline: string
  readonly partition: number
  readonly board: ForecastBoard
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly limits?: FollowLimits
}): Promise<void> {
  const { log, topic, pipeline, partition, board, clock, signal } = options
  const limits = options.limits ?? followLimits
  const historyStart = async () => {
    const { start, end } = await log.bounds(topic, partition)
    return Math.max(start, end - limits.historyRecords)
  }
  let from = await historyStart()
  let reading = new AbortController()
  let quiet = new AbortController()
  let readAgain = false
  // History is read as fast as it comes; only what follows is paced.
  let caughtUp = false
  const behindMax = () =>
    caughtUp
      ? Math.min(limits.behindRecordsMax, limits.behindSecondsMax * limits.recordsPerSecondMax)
      : limits.behindRecordsMax

  const readAgainWhenQuiet = async (loud: AbortSignal): Promise<void> => {
    await clock.sleep(limits.quietMs, AbortSignal.any([loud, signal]))
    if (loud.aborted || signal.aborted) return
    readAgain = true
    reading.abort()
  }

  while (!signal.aborted) {
    reading = new AbortController()
    const ended = AbortSignal.any([signal, reading.signal])
    let lookedAt = 0
    for await (const batch of log.read(topic, partition, from, undefined, ended)) {
      board.take(pipeline, batch)
      from = batch.records.at(-1)!.offset + 1
      const behind = batch.endOffset - from
      caughtUp ||= behind === 0
      if (behind > behindMax()) {
        board.passedOver += behind - limits.tailRecords
        from = batch.endOffset - limits.tailRecords
        caughtUp = true
        quiet.abort()
        quiet = new AbortController()
        void readAgainWhenQuiet(quiet.signal)
        break
      }
      if (caughtUp) lookedAt += batch.records.length
      // In slices of at least 20 ms: shorter sleeps cost more than they save.
      const restMs = (lookedAt / limits.recordsPerSecondMax) * 1000
      if (restMs >= 20) {
        await clock.sleep(restMs, ended)
        lookedAt = 0
      }
      if (ended.aborted) break
    }
    if (readAgain) {
      readAgain = false
      caughtUp = false
      from = await historyStart()
      board.forgetHistory(pipeline, partition)
    }
  }
}
