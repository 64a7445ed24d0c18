import type { Forecast } from '#shared/forecast/forecast'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'
import type { PairedScore } from '#shared/scoring/paired-scores'
import { longestNaiveName } from '#shared/scoring/simple-baselines'
import type { BacktestReport } from '../backtest-report.js'
import type { BacktestObserver, RunAbout } from '../backtest-run.js'
import { OriginOutsideError } from '../errors.js'
import { CalibrationTally } from './calibration-tally.js'
import { FanKeeper } from './fan-keeper.js'
import type { ReportData, RunData, SeriesData } from './report-data.js'
import { SeriesTally } from './series-tally.js'
import { TimelineTally } from './timeline-tally.js'

export interface RecorderOptions {
  /** What the configuration is called. */
  readonly name: string
  /** Times of the origins whose fans are shown; empty: some, spread over the scored part. */
  readonly fansAtMs: readonly number[]
}

const FANS = 12
const WORST_SHOWN = 12
/** Series whose fans the page holds: the worst, and others from each part of the ranking. */
const FAN_SERIES_WORST = 8
const FAN_SERIES_MAX = 20
/** Numbers in all fans of a page, about 7 bytes each. */
const FAN_NUMBERS_MAX = 500_000

/** Gathers, while a configuration is backtested, what its report shows. Memory does not grow with the number of events. */
export class ReportRecorder implements BacktestObserver {
  private readonly calibration: CalibrationTally
  private readonly timeline: TimelineTally
  private readonly bySeries = new SeriesTally()
  private readonly fans: FanKeeper
  private readonly versions: { timeMs: number; version: number }[] = []
  private readonly naive: number

  /** @throws OriginOutsideError when the data do not reach a time of `fansAtMs` */
  constructor(
    private readonly options: RecorderOptions,
    readonly about: RunAbout,
  ) {
    const { part, settings, season, expertNames, otherNames } = about
    const { horizon, cadenceMs } = settings
    this.calibration = new CalibrationTally(horizon, cadenceMs, about.published)
    const seasonMs = (season.main > 1 ? season.main : horizon) * cadenceMs
    this.timeline = new TimelineTally({
      ...{ fromMs: part.firstMs, toMs: part.toMs, seasonMs, cadenceMs, expertNames },
    })
    const history = Math.min(400, Math.max(2 * season.main, 2 * horizon))
    this.fans = new FanKeeper(originsOf(options.fansAtMs, about), horizon, cadenceMs, history)
    this.naive = otherNames.indexOf(longestNaiveName(season))
  }

  onForecast(forecast: Forecast): void {
    const { originTimeMs: timeMs, weightsVersion: version } = forecast
    if (this.versions.at(-1)?.version !== version) this.versions.push({ timeMs, version })
    this.timeline.takeForecast(forecast)
    this.fans.take(forecast)
  }

  onOutcome(outcome: ScoredOutcome): void {
    const naive = outcome.said[this.naive] ?? Number.NaN
    this.calibration.take(outcome)
    this.timeline.takeOutcome(outcome, naive)
    this.bySeries.take(outcome, naive)
  }

  result(report: BacktestReport): RunData {
    const ranked = this.bySeries.ranked()
    return {
      name: this.options.name,
      report,
      levels: this.about.published.levels,
      calibration: this.calibration.result(),
      timeline: this.timeline.result(),
      versions: this.versions,
      worst: ranked.slice(0, WORST_SHOWN),
      fans: this.chosenFans(ranked),
    }
  }

  private chosenFans(ranked: readonly SeriesData[]): RunData['fans'] {
    const chosen = [...ranked.slice(0, FAN_SERIES_WORST)]
    const rest = ranked.slice(FAN_SERIES_WORST)
    const more = Math.min(rest.length, FAN_SERIES_MAX - FAN_SERIES_WORST)
    for (let k = 0; k < more; k++) chosen.push(rest[Math.floor((k * rest.length) / more)]!)
    let left = FAN_NUMBERS_MAX
    return chosen.flatMap(({ series }) => {
      const fans = this.fans.fansOf(series)
      left -= fans.reduce((sum, { quantiles, timesMs, yhat }) => {
        return sum + (quantiles.length + 1) * yhat.length + 3 * timesMs.length
      }, 0)
      return left > 0 && fans.length > 0 ? [{ series, fans }] : []
    })
  }
}

/** @throws OriginOutsideError */
function originsOf(fansAtMs: readonly number[], { part, settings }: RunAbout): number[] {
  const text = (timeMs: number) => new Date(timeMs).toISOString().slice(0, 16)
  const outside = fansAtMs.find((timeMs) => timeMs < part.firstMs || timeMs > part.toMs)
  if (outside !== undefined) {
    throw new OriginOutsideError(
      `There is no origin at ${text(outside)}: the data reach from ${text(part.firstMs)} to ${text(part.toMs)}.`,
    )
  }
  if (fansAtMs.length > 0) return [...fansAtMs].sort((a, b) => a - b)
  // The last origins have no outcomes to be judged by.
  const length = Math.max(0, part.toMs - settings.horizon * settings.cadenceMs - part.fromMs)
  return Array.from({ length: FANS }, (_, k) => part.fromMs + ((k + 0.5) * length) / FANS)
}

/** The page's data. @param runs one recorder and report, or two side by side */
export function reportData(
  runs: readonly { readonly recorder: ReportRecorder; readonly report: BacktestReport }[],
  paired: PairedScore | null,
): ReportData {
  const { part, settings } = runs[0]!.recorder.about
  return {
    source: runs[0]!.report.source,
    ...{ horizon: settings.horizon, cadenceMs: settings.cadenceMs },
    ...{ fromMs: part.firstMs, scoredFromMs: part.fromMs, toMs: part.toMs },
    runs: runs.map(({ recorder, report }) => recorder.result(report)),
    paired,
  }
}
