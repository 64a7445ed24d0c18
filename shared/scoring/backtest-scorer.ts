import type { Forecast } from '#shared/forecast/forecast'
import { PublishedLevels } from '#shared/forecast/quantile-levels'
import { phaseOf, type Season } from '#shared/series/season'
import { dividedBy } from './divided-by.js'
import { type ErrorSummary, ErrorSums } from './error-sums.js'
import { IssuedRing } from './issued-ring.js'
import { type QuantileScore, QuantileScores } from './quantile-scores.js'
import { SeasonalScale } from './seasonal-scale.js'
import { baselineNames, longestNaiveName, SimpleBaselines } from './simple-baselines.js'
import type { TestProtocol } from './test-protocol.js'

/** A row of what was said of one target: the mean, the quantiles, the other forecasters. */
const QUANTILES = 1
/** Of the error sums; the other forecasters follow. */
const MIXTURE = 0

/** What a backtest found, in the form in which it is printed. */
export interface BacktestScore extends ErrorSummary {
  readonly crps: number
  /** 1 − MAE / MAE of the seasonal naive of the longest season, at the same origins and leads. */
  readonly skill: number
  /** By nominal coverage: share of outcomes in each central band, of which both ends are published. */
  readonly coverage: Readonly<Record<string, number>>
  /** By level, those asked for among them. */
  readonly quantiles: Readonly<Record<string, QuantileScore>>
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
  /** Of its quantiles. */
  readonly published: PublishedLevels
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
  /** Of the forecasts' quantiles; those of the tracked bands when left out. */
  readonly published?: PublishedLevels
  /** As the forecasts list them; those that the simple methods compute too are taken from those. */
  readonly expertNames: readonly string[]
  /** Time of the first origin that counts; a protocol says its own. */
  readonly scoredFromMs: number
  readonly protocol?: TestProtocol
  readonly onOutcome?: (outcome: ScoredOutcome) => void
}

interface SeriesScore {
  readonly baselines: SimpleBaselines
  readonly unit: number
  /** null before the scored part. */
  issued: IssuedRing | null
  readonly scale: SeasonalScale
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
  private readonly sums: ErrorSums
  private readonly windows: readonly { readonly leads: number; readonly sums: ErrorSums }[]
  private readonly simple: number
  private readonly lineExperts: readonly number[]
  private readonly published: PublishedLevels
  /** Of a row of what was said: where the other forecasters begin. */
  private readonly others: number
  private readonly quantiles: QuantileScores
  private readonly said: number[]
  /** [simple methods, H] */
  private readonly bySimple: Float64Array
  /** [E, H] in place of experts whose forecasts were not kept. */
  private readonly unsaid: Float64Array
  /** Numbers in a row of what was said of one target. */
  private readonly width: number
  private readonly fromMs: number
  /** Sees every outcome that is scored; nothing is made for it where nobody looks. */
  onOutcome: ScorerOptions['onOutcome']
  private origins = 0

  constructor(private readonly options: ScorerOptions) {
    const { horizon, expertNames, cadenceMs, scoredFromMs, protocol } = options
    this.onOutcome = options.onOutcome
    const simple = baselineNames(options.season)
    this.simple = simple.length
    this.lineExperts = expertNames.flatMap((name, e) => (simple.includes(name) ? [] : [e]))
    this.names = [...simple, ...this.lineExperts.map((e) => expertNames[e])]
    this.said = this.names.map(() => Number.NaN)
    this.published = options.published ?? new PublishedLevels()
    this.quantiles = new QuantileScores(this.published)
    this.others = QUANTILES + this.published.levels.length
    this.width = this.others + this.names.length
    this.bySimple = new Float64Array(simple.length * horizon)
    this.unsaid = new Float64Array(expertNames.length * horizon).fill(Number.NaN)
    const forecasters = 1 + this.names.length
    this.sums = new ErrorSums(forecasters, horizon)
    // Half a cell of tolerance: rows are at the times of the source, origins on the grid of their series.
    this.fromMs = protocol ? protocol.fromMs - 1.5 * cadenceMs : scoredFromMs
    this.windows = (protocol?.windows ?? []).map((leads) => ({ leads, sums: new ErrorSums(forecasters, 1) }))
  }

  /** Take a forecast with the value at its origin, in the order in which the line issued them. */
  take(forecast: Forecast): void {
    const { horizon, cadenceMs } = this.options
    const series = this.seriesOf(forecast.series)
    const index = Math.round(forecast.originTimeMs / cadenceMs)
    const scored = forecast.originTimeMs >= this.fromMs
    const { baselines } = series
    if (!scored) series.scale.take(forecast.value, (period) => baselines.at(index - period))
    baselines.take(index, forecast.value)
    const phase = phaseOf(index, horizon)
    if (series.issued) this.scoreAll(series.issued, phase, index, forecast.value, series)
    if (scored) this.put(series, phase, index, forecast)
  }

  private seriesOf(id: string): SeriesScore {
    let series = this.series.get(id)
    if (!series) {
      const { season, protocol } = this.options
      const unit = protocol?.scales.get(id) ?? 1
      const [baselines, scale] = [new SimpleBaselines(season), new SeasonalScale(season)]
      series = { baselines, scale, unit, issued: null }
      this.series.set(id, series)
    }
    return series
  }

  /** Keep what was said of each lead's target. */
  private put(series: SeriesScore, phase: number, index: number, forecast: Forecast): void {
    const { horizon, cadenceMs, protocol } = this.options
    const { lineExperts, simple, bySimple, width, others, published } = this
    // The last target lies half a cell before the end at most.
    const left = protocol ? Math.ceil((protocol.toMs - forecast.originTimeMs) / cadenceMs - 0.5) - 1 : horizon
    series.issued ??= new IssuedRing(horizon, width)
    const { issued } = series
    issued.put(phase, index, Math.min(left, horizon), this.onOutcome ? forecast : null)
    const { yhat, quantiles, experts } = forecast
    issued.write(phase, 0, 1, yhat, 0)
    issued.write(phase, QUANTILES, published.levels.length, quantiles, 0)
    series.baselines.write(horizon, bySimple)
    issued.write(phase, others, simple, bySimple, 0)
    for (let e = 0; e < lineExperts.length; e++) {
      issued.write(phase, others + simple + e, 1, experts ?? this.unsaid, lineExperts[e] * horizon)
    }
  }

  /** Let a value meet all that was said of it. */
  private scoreAll(
    issued: IssuedRing,
    phase: number,
    index: number,
    value: number,
    series: SeriesScore,
  ): void {
    const { unit } = series
    const scale = series.scale.value
    const relative = dividedBy(scale, unit)
    const { rows } = issued
    const { sums, quantiles, windows, others, onOutcome } = this
    const medianAt = QUANTILES + this.published.median
    for (let lead = 1; lead <= this.options.horizon; lead++) {
      const origin = issued.find(phase, index, lead)
      if (origin < 0) continue
      if (issued.meet(origin)) this.origins++
      const row = issued.rowOf(phase, lead)
      const point = dividedBy(value - rows[row], unit)
      const median = dividedBy(value - rows[row + medianAt], unit)
      sums.add(lead, point, median, relative, value, unit, rows, row + others)
      for (let w = 0; w < windows.length; w++) {
        const { leads, sums: windowSums } = windows[w]
        if (lead > leads || leads > issued.leadsOf(origin)) continue
        windowSums.add(1, point, median, relative, value, unit, rows, row + others)
      }
      const crps = quantiles.add(value, rows, row + QUANTILES, unit)
      if (!onOutcome) continue
      const errors = { meanError: point, medianError: median, crps }
      onOutcome({
        ...{ forecast: issued.forecastOf(origin), published: this.published, lead, value, unit, scale },
        ...{ ...errors, said: this.saidBy(rows, row + others) },
      })
    }
  }

  private saidBy(rows: Float64Array, from: number): readonly number[] {
    const { said } = this
    for (let e = 0; e < said.length; e++) said[e] = rows[from + e]
    return said
  }

  result(): BacktestScore {
    const { horizon, season } = this.options
    const { sums } = this
    const byLead = (forecaster: number) => {
      const leads: Record<string, ErrorSummary> = {}
      for (let lead = 1; lead <= horizon; lead++) leads[lead] = sums.lead(forecaster, lead)
      return leads
    }
    const all = sums.all(MIXTURE)
    const naive = sums.all(1 + this.names.indexOf(longestNaiveName(season)))
    const windows = this.windowScores()
    const whole = windows[horizon]
    return {
      ...all,
      ...(whole ? { mse: whole.mse, mae: whole.mae, mase: whole.mase } : {}),
      crps: this.quantiles.crps,
      skill: 1 - all.mae / naive.mae,
      coverage: this.quantiles.coverage(),
      quantiles: this.quantiles.byLevel(),
      byLead: byLead(MIXTURE),
      experts: Object.fromEntries(
        this.names.map((name, e) => {
          const found = whole?.experts[name] ?? sums.all(1 + e)
          return [name, { ...found, byLead: byLead(1 + e) }]
        }),
      ),
      ...(whole ? { windows } : {}),
      origins: this.origins,
    }
  }

  private windowScores(): Readonly<Record<string, WindowScore>> {
    const scores = this.windows.map(({ leads, sums }): [string, WindowScore] => {
      const experts = Object.fromEntries(this.names.map((name, e) => [name, sums.all(1 + e)]))
      return [String(leads), { ...sums.all(MIXTURE), targets: sums.targets, experts }]
    })
    return Object.fromEntries(scores)
  }
}
