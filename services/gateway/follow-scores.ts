import type { Clock } from '#shared/clock/clock'
import type { Log } from '#shared/log/port'
import type { ScoreBoard } from './score-board.js'

/** How much of a scores topic is read, and how fast. All per partition. */
export interface ScoreLimits {
  /** Records read before the end at the start. */
  readonly historyRecords: number
  /** When more than this is unread, all but the last of it is passed over: means do with a part of the outcomes. */
  readonly behindRecordsMax: number
  /** Showing must not slow forecasting: at most this many records are read in a second. */
  readonly recordsPerSecondMax: number
}

export const scoreLimits: ScoreLimits = {
  historyRecords: 5_000,
  behindRecordsMax: 6_000,
  recordsPerSecondMax: 2_000,
}

/** Keep the board up to date with one partition of a scores topic, until `signal` aborts. Reads without a group. */
export async function followScores(options: {
  readonly log: Log
  readonly topic: string
  readonly pipeline: string
  readonly partition: number
  readonly board: ScoreBoard
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly limits?: ScoreLimits
}): Promise<void> {
  const { log, topic, pipeline, partition, board, clock, signal } = options
  const { historyRecords, behindRecordsMax, recordsPerSecondMax } = options.limits ?? scoreLimits
  const { start, end } = await log.bounds(topic, partition)
  let from = Math.max(start, end - historyRecords)
  while (!signal.aborted) {
    let lookedAt = 0
    for await (const batch of log.read(topic, partition, from, undefined, signal)) {
      board.take(pipeline, batch)
      from = batch.records.at(-1)!.offset + 1
      lookedAt += batch.records.length
      if (batch.endOffset - from > behindRecordsMax) {
        from = batch.endOffset - behindRecordsMax / 2
        break
      }
      const restMs = (lookedAt / recordsPerSecondMax) * 1000
      // In slices of at least 20 ms: shorter sleeps cost more than they save.
      if (restMs < 20) continue
      await clock.sleep(restMs, signal)
      lookedAt = 0
    }
  }
}
