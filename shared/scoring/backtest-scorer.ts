import type { Forecast } from '#shared/forecast/forecast'
import { BANDS, LEVELS } from '#shared/forecast/quantile-levels'
import type { Season } from '#shared/series/season'
import { pinball } from './crps.js'
import { type ErrorSummary, ErrorSums } from './error-sums.js'
import { baselineNames, SimpleBaselines } from './simple-baselines.js'

/** What a backtest found, in the form in which it is printed. */
export interface BacktestScore extends ErrorSummary {
  readonly crps: number
  /** 1 − MAE / MAE of the seasonal naive of the longest season, at the same origins and leads. */
  readonly skill: number
  readonly coverage: Readonly<Record<string, number>>
  readonly byLead: Readonly<Record<string, ErrorSummary>>
  readonly experts: Readonly<
    Record<string, ErrorSummary & { readonly byLead: Readonly<Record<string, ErrorSummary>> }>
  >
  /** Origins whose forecast met at least one outcome. */
  readonly origins: number
}

interface Issued {
  readonly index: number
  readonly forecast: Forecast
  /** [H][baselines] */
  readonly baselines: readonly (readonly number[])[]
  met: boolean
}

interface SeriesScore {
  readonly baselines: SimpleBaselines
  readonly issued: (Issued | undefined)[]
  changeSum: number
  changeCount: number
}

/**
 * Scores forecasts at every lead when their outcomes come, in an aligned loop: the forecast issued after y[t] meets
 * y[t + 1] … y[t + H]. Only origins from `scoredFromMs` on count; what lies before gives MASE its scale.
 */
export class BacktestScorer {
  private readonly series = new Map<string, SeriesScore>()
  private readonly mixture: ErrorSums
  private readonly others: readonly { readonly name: string; readonly sums: ErrorSums }[]
  private readonly simple: number
  private readonly lineExperts: readonly number[]
  private readonly covered = BANDS.map(() => 0)
  private targets = 0
  private crpsSum = 0
  private origins = 0

  /** @param expertNames as the forecasts list them; those that the simple methods compute too are taken from those */
  constructor(
    private readonly options: {
      readonly horizon: number
      readonly cadenceMs: number
      readonly season: Season
      readonly expertNames: readonly string[]
      readonly scoredFromMs: number
    },
  ) {
    const simple = baselineNames(options.season)
    this.simple = simple.length
    this.lineExperts = options.expertNames.flatMap((name, e) => (simple.includes(name) ? [] : [e]))
    const names = [...simple, ...this.lineExperts.map((e) => options.expertNames[e])]
    this.mixture = new ErrorSums(options.horizon)
    this.others = names.map((name) => ({ name, sums: new ErrorSums(options.horizon) }))
  }

  /** Take a forecast with the value at its origin, in the order in which the line issued them. */
  take(forecast: Forecast): void {
    const { horizon, cadenceMs, season, scoredFromMs } = this.options
    let series = this.series.get(forecast.series)
    if (!series) {
      series = { baselines: new SimpleBaselines(season), issued: [], changeSum: 0, changeCount: 0 }
      this.series.set(forecast.series, series)
    }
    const index = Math.round(forecast.originTimeMs / cadenceMs)
    const scored = forecast.originTimeMs >= scoredFromMs
    const change = series.baselines.take(index, forecast.value)
    if (!scored && !Number.isNaN(change)) {
      series.changeSum += Math.abs(change)
      series.changeCount++
    }
    const scale = series.changeCount > 0 ? series.changeSum / series.changeCount : Number.NaN
    for (let lead = 1; lead <= horizon; lead++) {
      const issued = series.issued[slotOf(index - lead, horizon)]
      if (issued?.index === index - lead) this.score(issued, lead, forecast.value, scale)
    }
    if (!scored) return
    const baselines = Array.from({ length: horizon }, (_, h) =>
      (series as SeriesScore).baselines.forecast(h + 1),
    )
    series.issued[slotOf(index, horizon)] = { index, forecast, baselines, met: false }
  }

  private score(issued: Issued, lead: number, value: number, scale: number): void {
    const { horizon } = this.options
    const { forecast } = issued
    const h = lead - 1
    if (!issued.met) this.origins++
    issued.met = true
    const quantile = (q: number) => forecast.quantiles[q * horizon + h]
    const middle = (LEVELS.length - 1) / 2
    this.mixture.add(lead, value - forecast.yhat[h], value - quantile(middle), scale)
    for (let e = 0; e < this.others.length; e++) {
      const said =
        e < this.simple
          ? issued.baselines[h][e]
          : (forecast.experts?.[this.lineExperts[e - this.simple] * horizon + h] ?? Number.NaN)
      this.others[e].sums.add(lead, value - said, value - said, scale)
    }
    this.targets++
    for (let band = 0; band < BANDS.length; band++) {
      const low = quantile(middle - 1 - band)
      const high = quantile(middle + 1 + band)
      if (value >= low && value <= high) this.covered[band]++
    }
    let pinballSum = 0
    for (let q = 0; q < LEVELS.length; q++) pinballSum += pinball(LEVELS[q], quantile(q), value)
    this.crpsSum += (2 * pinballSum) / LEVELS.length
  }

  result(): BacktestScore {
    const { horizon, season } = this.options
    const byLead = (sums: ErrorSums) => {
      const leads: Record<string, ErrorSummary> = {}
      for (let lead = 1; lead <= horizon; lead++) leads[lead] = sums.lead(lead)
      return leads
    }
    const all = this.mixture.all()
    const naive = this.others[season.week > 0 ? 2 : 1].sums.all()
    return {
      ...all,
      crps: this.crpsSum / this.targets,
      skill: 1 - all.mae / naive.mae,
      coverage: Object.fromEntries(BANDS.map((band, b) => [String(band), this.covered[b] / this.targets])),
      byLead: byLead(this.mixture),
      experts: Object.fromEntries(
        this.others.map(({ name, sums }) => [name, { ...sums.all(), byLead: byLead(sums) }]),
      ),
      origins: this.origins,
    }
  }
}

function slotOf(index: number, horizon: number): number {
  return ((index % horizon) + horizon) % horizon
}
