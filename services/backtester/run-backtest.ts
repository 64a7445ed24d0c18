import type { Clock } from '#shared/clock/clock'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import type { ProtocolRows } from '#shared/scoring/test-protocol'
import type { BacktestReport } from './backtest-report.js'
import { type BacktestObserver, BacktestRun, type Observe } from './backtest-run.js'
import { type BacktestProgress, driveRuns } from './drive-runs.js'
import { resolveScoredPart, type ScoredPart } from './scored-part.js'

export interface BacktestOptions extends BacktestObserver {
  readonly feed: Feed
  readonly settings: PipelineSettings
  /** For rates and progress; the line itself runs in the events' own time. */
  readonly clock: Clock
  readonly signal: AbortSignal
  /** A published protocol's test part. Without one the last half of the data is scored. */
  readonly protocol?: ProtocolRows
  /** Makes an observer that has to know more of the run; then the options' own sees nothing. */
  readonly observe?: Observe
  /** Told what the report looks like before the first event: with every name, and no figure yet; and what is scored. What it throws ends the run. */
  readonly onOpen?: (unscored: BacktestReport, part: ScoredPart) => void
  readonly onProgress?: (progress: BacktestProgress) => void
}

/**
 * Replay a feed through the line in virtual time, learning included, over a log in memory, and score every forecast.
 * Training takes no stream time: a session sees exactly what came before it, and its weights serve what comes after.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestReport> {
  const { feed, settings, clock, signal } = options
  const part = await resolveScoredPart(feed, options.protocol, settings)
  const run = await BacktestRun.open({
    settings,
    part,
    clock,
    signal,
    observe: options.observe ?? (() => options),
  })
  try {
    options.onOpen?.(run.report(feed), part)
    await driveRuns([run], { ...options, total: part.total })
    return run.report(feed)
  } finally {
    await run.close()
  }
}
