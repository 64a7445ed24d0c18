import type { BacktestProgress } from '#services/backtester/drive-runs'
import { runBacktest } from '#services/backtester/run-backtest'
import type { Clock } from '#shared/clock/clock'
import { type Net, withNet } from '#shared/configuration/net-control'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Forecast } from '#shared/forecast/forecast'
import type { AccuracyFigure, AccuracySet } from './accuracy-set.js'

export interface AccuracyResult {
  readonly set: string
  readonly about: string
  readonly net: Net
  readonly figures: readonly AccuracyFigure[]
  readonly events: number
  readonly eventsPerSecond: number
  readonly seconds: number
  readonly trainings: number
  readonly promoted: number
}

export interface AccuracyBenchOptions {
  readonly set: AccuracySet
  readonly net: Net
  readonly folder: string
  readonly cacheDir: string
  /** The one configuration for all sets, on a set's own cadence. */
  readonly settings: (cadenceMs: number, horizon: number) => PipelineSettings
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress?: (progress: BacktestProgress) => void
}

/** Backtest one public data set by its protocol, and judge it. null when it was stopped. */
export async function runAccuracyBench(options: AccuracyBenchOptions): Promise<AccuracyResult | null> {
  const { set, net, folder, clock, signal, onProgress } = options
  const feed = await set.open(folder, options.cacheDir)
  const settings = options.settings(feed.cadenceMs, set.horizon)
  const last = new Map<string, Forecast>()
  const beganMs = clock.now()
  const report = await runBacktest({
    ...{ feed, clock, signal, onProgress, protocol: set.protocol },
    settings: withNet(settings, net),
    onForecast: (forecast) => last.set(forecast.series, forecast),
  })
  if (signal.aborted) return null
  const { events, eventsPerSecond, trainings } = report
  return {
    ...{ set: set.name, about: set.about, net, events, eventsPerSecond },
    figures: await set.judge(report, last, folder),
    seconds: (clock.now() - beganMs) / 1000,
    trainings: trainings.length,
    promoted: trainings.filter(({ promoted }) => promoted).length,
  }
}
