import type { Clock } from '#shared/clock/clock'
import { formatDuration } from '#shared/configuration/duration'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import { type PairedScore, PairedScores } from '#shared/scoring/paired-scores'
import type { ProtocolRows } from '#shared/scoring/test-protocol'
import { seasonOf } from '#shared/series/season'
import { countOf } from '#shared/words/count-of'
import type { BacktestReport } from './backtest-report.js'
import { type BacktestObserver, BacktestRun, type Observe } from './backtest-run.js'
import { type BacktestProgress, driveRuns } from './drive-runs.js'
import { ConfigurationsDifferError } from './errors.js'
import { observeAll } from './observe-all.js'
import { resolveScoredPart, type ScoredPart } from './scored-part.js'

export interface ComparisonOptions {
  readonly feed: Feed
  readonly settings: readonly [PipelineSettings, PipelineSettings]
  /** Make an observer of each. */
  readonly observe?: readonly [Observe, Observe]
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly protocol?: ProtocolRows
  /** As `BacktestOptions.onOpen`. */
  readonly onOpen?: (unscored: ComparisonReport, part: ScoredPart) => void
  readonly onProgress?: (progress: BacktestProgress) => void
}

export interface ComparisonReport {
  readonly reports: readonly [BacktestReport, BacktestReport]
  readonly paired: PairedScore
}

/**
 * Backtest two configurations side by side on the same feed, and compare what they said of the same targets.
 * @throws ConfigurationsDifferError when they forecast other leads or on another grid
 */
export async function runComparison(options: ComparisonOptions): Promise<ComparisonReport> {
  const { feed, settings, clock, signal } = options
  const [first, second] = settings
  if (first.horizon !== second.horizon || first.cadenceMs !== second.cadenceMs) {
    throw new ConfigurationsDifferError(
      `The two configurations forecast ${leadsText(first)} and ${leadsText(second)}; ` +
        'only the same leads can be compared, so give one --horizon and one --cadence for both.',
    )
  }
  const part = await resolveScoredPart(feed, options.protocol, first)
  const { horizon, cadenceMs, season } = first
  const pairs = new PairedScores({ horizon, cadenceMs, season, fromMs: part.fromMs, toMs: part.toMs })
  // A configuration of another season would be measured by another yardstick.
  const scoredSeason = seasonOf(season, cadenceMs)
  const openRun = (side: 0 | 1) => {
    const joining: BacktestObserver = { onOutcome: (outcome) => pairs.take(side, outcome) }
    const observe: Observe = (about) => observeAll([joining, options.observe?.[side](about) ?? {}])
    return BacktestRun.open({ settings: settings[side], part, clock, signal, observe, scoredSeason })
  }
  const runs = [await openRun(0), await openRun(1)] as const
  const result = (): ComparisonReport => {
    return { reports: [runs[0].report(feed), runs[1].report(feed)], paired: pairs.result() }
  }
  try {
    options.onOpen?.(result(), part)
    await driveRuns(runs, { ...options, total: part.total, onChunk: () => pairs.settle() })
    return result()
  } finally {
    for (const run of runs) await run.close()
  }
}

function leadsText({ horizon, cadenceMs }: PipelineSettings): string {
  return `${countOf(horizon, 'lead')} every ${formatDuration(cadenceMs)}`
}
