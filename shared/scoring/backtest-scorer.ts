import type { Forecast } from '#shared/forecast/forecast'
import { NumberSlab } from '#shared/forecast/number-slab'
import { BANDS, LEVELS } from '#shared/forecast/quantile-levels'
import { phaseOf, type Season } from '#shared/series/season'
import { pinball } from './crps.js'
import { type ErrorSummary, ErrorSums } from './error-sums.js'
import { baselineNames, longestNaiveName, SimpleBaselines } from './simple-baselines.js'
import type { TestProtocol } from './test-protocol.js'

/** Of the levels, the median's. */
const MIDDLE = (LEVELS.length - 1) / 2

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
  /** Under a protocol: mean errors over the first leads of each origin whose every target is in the test. */
  readonly windows?: Readonly<Record<string, WindowScore>>
  /** Origins whose forecast met at least one outcome. */
  readonly origins: number
}

export interface WindowScore extends ErrorSummary {
  /** Forecasts of one lead that the means are over. */
  readonly targets: number
  readonly experts: Readonly<Record<string, ErrorSummary>>
}

/** An outcome that met a forecast, as it is scored. */
export interface ScoredOutcome {
  readonly forecast: Forecast
  readonly lead: number
  readonly value: number
  /** What errors of this series are divided by: 1 without a protocol. */
  readonly unit: number
  /** What MASE divides by, in the values' unit; NaN before a season has passed. */
  readonly scale: number
  /** Outcome minus mean forecast, and minus the median, both divided by `unit`, as the CRPS is. */
  readonly meanError: number
  readonly medianError: number
  readonly crps: number
  /** What the others said, in the order of `names`. Only valid during the call. */
  readonly said: readonly number[]
}

export interface ScorerOptions {
  readonly horizon: number
  readonly cadenceMs: number
  readonly season: Season
  /** As the forecasts list them; those that the simple methods compute too are taken from those. */
  readonly expertNames: readonly string[]
  /** Time of the first origin that counts; a protocol says its own. */
  readonly scoredFromMs: number
  readonly protocol?: TestProtocol
  readonly onOutcome?: (outcome: ScoredOutcome) => void
}

interface Issued {
  readonly index: number
  /** Longest lead whose target still counts. */
  readonly leads: number
  readonly forecast: Forecast
  /** [H, baselines] */
  readonly baselines: Float64Array
  met: boolean
}

interface SeriesScore {
  readonly baselines: SimpleBaselines
  readonly unit: number
  readonly issued: (Issued | undefined)[]
  changeSum: number
  changeCount: number
}

/**
 * Scores forecasts at every lead when their outcomes come, in an aligned loop: the forecast issued after y[t] meets
 * y[t + 1] … y[t + H]. Only origins of the scored part count; what lies before gives MASE its scale. Under a protocol the
 * first target is the test's first row, no target lies beyond its last, and errors are divided by each series' scale.
 */
export class BacktestScorer {
  private readonly series = new Map<string, SeriesScore>()
  /** The other forecasters: the simple methods, then the experts of the line that are none of these. */
  readonly names: readonly string[]
  private readonly mixture: ErrorSums
  private readonly others: readonly ErrorSums[]
  private readonly windows: readonly { readonly leads: number; readonly sums: readonly ErrorSums[] }[]
  private readonly simple: number
  private readonly lineExperts: readonly number[]
  private readonly covered = BANDS.map(() => 0)
  private readonly said: number[] = []
  private readonly slab = new NumberSlab()
  private readonly fromMs: number
  /** Sees every outcome that is scored; nothing is made for it where nobody looks. */
  onOutcome: ScorerOptions['onOutcome']
  private targets = 0
  private crpsSum = 0
  private origins = 0

  constructor(private readonly options: ScorerOptions) {
    const { horizon, expertNames, cadenceMs, scoredFromMs, protocol } = options
    this.onOutcome = options.onOutcome
    const simple = baselineNames(options.season)
    this.simple = simple.length
    this.lineExperts = expertNames.flatMap((name, e) => (simple.includes(name) ? [] : [e]))
    this.names = [...simple, ...this.lineExperts.map((e) => expertNames[e])]
    this.mixture = new ErrorSums(horizon)
    this.others = this.names.map(() => new ErrorSums(horizon))
    // Half a cell of tolerance: rows are at the times of the source, origins on the grid of their series.
    this.fromMs = protocol ? protocol.fromMs - 1.5 * cadenceMs : scoredFromMs
    this.windows = (protocol?.windows ?? []).map((leads) => ({
      leads,
      sums: [...this.names, 'mixture'].map(() => new ErrorSums(1)),
    }))
  }

  /** Take a forecast with the value at its origin, in the order in which the line issued them. */
  take(forecast: Forecast): void {
    const { horizon, cadenceMs, season, protocol } = this.options
    let series = this.series.get(forecast.series)
    if (!series) {
      const unit = protocol?.scales.get(forecast.series) ?? 1
      series = { baselines: new SimpleBaselines(season), unit, issued: [], changeSum: 0, changeCount: 0 }
      this.series.set(forecast.series, series)
    }
    const index = Math.round(forecast.originTimeMs / cadenceMs)
    const scored = forecast.originTimeMs >= this.fromMs
    const change = series.baselines.take(index, forecast.value)
    if (!scored && !Number.isNaN(change)) {
      series.changeSum += Math.abs(change)
      series.changeCount++
    }
    const scale = series.changeCount > 0 ? series.changeSum / series.changeCount : Number.NaN
    const own = phaseOf(index, horizon)
    for (let lead = 1; lead <= horizon; lead++) {
      const issued = series.issued[own - lead < 0 ? own - lead + horizon : own - lead]
      if (issued?.index !== index - lead || lead > issued.leads) continue
      this.score(issued, lead, forecast.value, series.unit, scale)
    }
    if (!scored) return
    // The last target lies half a cell before the end at most.
    const left = protocol ? Math.ceil((protocol.toMs - forecast.originTimeMs) / cadenceMs - 0.5) - 1 : horizon
    const baselines = this.slab.take(horizon * this.simple)
    series.baselines.write(horizon, baselines)
    series.issued[own] = {
      index,
      leads: Math.min(left, horizon),
      forecast,
      baselines,
      met: false,
    }
  }

  private score(issued: Issued, lead: number, value: number, unit: number, scale: number): void {
    const { horizon } = this.options
    const { forecast } = issued
    const { quantiles } = forecast
    const h = lead - 1
    if (!issued.met) this.origins++
    issued.met = true
    const relative = scale / unit
    const point = (value - forecast.yhat[h]) / unit
    const median = (value - quantiles[MIDDLE * horizon + h]) / unit
    this.mixture.add(lead, point, median, relative)
    const { said, others } = this
    for (let e = 0; e < others.length; e++) {
      said[e] = this.saidBy(e, issued, h)
      const error = (value - said[e]) / unit
      others[e].add(lead, error, error, relative)
    }
    for (const { leads, sums } of this.windows) {
      if (lead > leads || leads > issued.leads) continue
      sums[others.length].add(1, point, median, relative)
      for (let e = 0; e < others.length; e++) {
        const error = (value - said[e]) / unit
        sums[e].add(1, error, error, relative)
      }
    }
    this.targets++
    for (let band = 0; band < BANDS.length; band++) {
      const low = quantiles[(MIDDLE - 1 - band) * horizon + h]
      const high = quantiles[(MIDDLE + 1 + band) * horizon + h]
      if (value >= low && value <= high) this.covered[band]++
    }
    let pinballSum = 0
    for (let q = 0; q < LEVELS.length; q++) {
      pinballSum += pinball(LEVELS[q], quantiles[q * horizon + h], value)
    }
    const crps = (2 * pinballSum) / LEVELS.length / unit
    this.crpsSum += crps
    const errors = { meanError: point, medianError: median, crps }
    this.onOutcome?.({ forecast, lead, value, unit, scale, ...errors, said })
  }

  private saidBy(other: number, { baselines, forecast: { experts } }: Issued, h: number): number {
    if (other < this.simple) return baselines[h * this.simple + other]
    return experts?.[this.lineExperts[other - this.simple] * this.options.horizon + h] ?? Number.NaN
  }

  result(): BacktestScore {
    const { horizon, season } = this.options
    const byLead = (sums: ErrorSums) => {
      const leads: Record<string, ErrorSummary> = {}
      for (let lead = 1; lead <= horizon; lead++) leads[lead] = sums.lead(lead)
      return leads
    }
    const all = this.mixture.all()
    const naive = this.others[this.names.indexOf(longestNaiveName(season))].all()
    const windows = this.windowScores()
    const whole = windows[horizon]
    return {
      ...all,
      ...(whole ? { mse: whole.mse, mae: whole.mae, mase: whole.mase } : {}),
      crps: this.crpsSum / this.targets,
      skill: 1 - all.mae / naive.mae,
      coverage: Object.fromEntries(BANDS.map((band, b) => [String(band), this.covered[b] / this.targets])),
      byLead: byLead(this.mixture),
      experts: Object.fromEntries(
        this.others.map((sums, e) => {
          const name = this.names[e]
          return [name, { ...(whole?.experts[name] ?? sums.all()), byLead: byLead(sums) }]
        }),
      ),
      ...(whole ? { windows } : {}),
      origins: this.origins,
    }
  }

  private windowScores(): Readonly<Record<string, WindowScore>> {
    const scores = this.windows.map(({ leads, sums }): [string, WindowScore] => {
      const experts = Object.fromEntries(this.names.map((name, e) => [name, sums[e].all()]))
      const mixture = sums[this.names.length]
      return [String(leads), { ...mixture.all(), targets: mixture.count, experts }]
    })
    return Object.fromEntries(scores)
  }
}
