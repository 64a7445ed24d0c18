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

/** Events between two looks at whether training is due. */
const CHUNK = 2_000
/** Events appended at once: few, so that what is made of them is gone before the garbage collector looks for it. */
const PIECE = 500

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
  const look = async () => {
    for (const run of runs) {
      if (signal.aborted) return
      await (events < total ? run.learn(tell) : run.finish())
    }
    options.onChunk?.()
    tell(null)
    // The log in memory answers at once, so nothing else would give signals and meters their turn.
    await clock.sleep(0, signal)
  }
  for await (const piece of pieces(feed, total)) {
    for (const run of runs) {
      if (signal.aborted) return
      await run.take(piece)
    }
    events += piece.length
    if (events % CHUNK === 0) await look()
  }
  if (events % CHUNK !== 0) await look()
}

/** At most `PIECE` records each; none goes over the end of a chunk. */
async function* pieces(feed: Feed, total: number): AsyncGenerator<NewRecord[]> {
  let piece: NewRecord[] = []
  let count = 0
  for await (const event of feed.events()) {
    if (count++ >= total) break
    // In virtual time a record is logged the moment its event happens.
    piece.push(sensorEventRecord(event, 0, event.timeMs, []))
    if (piece.length < PIECE) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}
