import type { Clock } from '#shared/clock/clock'
import type { Feed } from '#shared/feed/feed'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import type { NewRecord } from '#shared/log/port'
import type { BacktestRun } from './backtest-run.js'
import type { TrainingStep } from './learning-session.js'

export interface BacktestProgress {
  readonly events: number
  readonly total: number
  readonly eventsPerSecond: number
  /** null before a rate is known. */
  readonly secondsLeft: number | null
  /** Set while a training session runs. */
  readonly training: TrainingStep | null
}

export interface DriveOptions {
  readonly feed: Feed
  /** Events to read. */
  readonly total: number
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress?: (progress: BacktestProgress) => void
  /** Called when all of them have seen the same events. */
  readonly onChunk?: () => void
}

/** Events appended at once; training is looked at between two such chunks. */
const CHUNK = 2_000

/** Lead one or several configurations through a feed side by side, a chunk at a time. */
export async function driveRuns(runs: readonly BacktestRun[], options: DriveOptions): Promise<void> {
  const { feed, total, clock, signal } = options
  const beganMs = clock.now()
  let events = 0
  const tell = (training: TrainingStep | null) => {
    const lineMs = runs.reduce((sum, run) => sum + run.lineMs, 0)
    const eventsPerSecond = events / Math.max(0.001, lineMs / 1000)
    // By the time that all of it took so far, training included: the rate is that of the line alone.
    const elapsed = (clock.now() - beganMs) / 1000
    const secondsLeft = events > 0 ? ((total - events) * elapsed) / events : null
    options.onProgress?.({ events, total, eventsPerSecond, secondsLeft, training })
  }
  for await (const chunk of chunks(feed, total)) {
    for (const run of runs) {
      if (signal.aborted) return
      await run.take(chunk, tell)
    }
    events += chunk.length
    options.onChunk?.()
    tell(null)
    // The log in memory answers at once, so nothing else would give signals and meters their turn.
    await clock.sleep(0, signal)
  }
}

async function* chunks(feed: Feed, total: number): AsyncGenerator<NewRecord[]> {
  let chunk: NewRecord[] = []
  let count = 0
  for await (const event of feed.events()) {
    if (count++ >= total) break
    // In virtual time a record is logged the moment its event happens.
    chunk.push(sensorEventRecord(event, 0, event.timeMs, []))
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
