import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { StateLayout } from '#shared/series-state/state-layout'
import type { Expert, ExpertView } from './expert.js'
import type { SeasonalDrift } from './seasonal-drift.js'

/** Seasonal differences before their scale is frozen and the regression learns. */
const START = 8
const SQUARES = 0
const COUNT = 1
const LENGTH = 2

/**
 * A seasonal regression of logarithms, for slow series that are short, positive and grow by a share of themselves [model
 * findings, Q6, sarlog]. With z = log y and d[t] = z[t] − z[t − S], the forecast of lead h starts from z[t + h − kS] + k d[t] and the
 * regression adds what lags of d say; everything in units of the spread of z's steps. A series that is not positive is forecast as by
 * the seasonal drift.
 */
export class LogSeasonal implements Expert {
  readonly name = 'log-seasonal'
  readonly readyAfter: number
  /** F */
  readonly features = 4
  private readonly at: number

  constructor(
    layout: StateLayout,
    private readonly encoder: SampleEncoder,
    private readonly drift: SeasonalDrift,
    private readonly period: number,
    private readonly horizon: number,
  ) {
    this.readyAfter = period
    this.at = layout.reserve('log-seasonal', LENGTH)
  }

  /** Learn the spread of the steps, until it is frozen. Call it for each sample, after the encoder has learned from it. */
  learn(numbers: Float64Array, index: number, observed: boolean): void {
    if (!observed || this.ready(numbers) || this.encoder.scale.count(numbers) < 2) return
    const step = this.log(numbers, index) - this.log(numbers, index - 1)
    if (!Number.isFinite(step)) return
    numbers[this.at + SQUARES] += step * step
    numbers[this.at + COUNT]++
  }

  /** Whether the regression may learn. */
  ready(numbers: Float64Array): boolean {
    return numbers[this.at + COUNT] >= this.period + START && this.fits(numbers)
  }

  /** A value as the regression sees it. */
  scaled(numbers: Float64Array, value: number): number {
    return this.fits(numbers) ? Math.log(value) / this.unit(numbers) : 0
  }

  forecast(view: ExpertView, out: Float64Array, at: number): void {
    const { numbers, logRegressed, leadsAt } = view
    if (!this.fits(numbers)) {
      this.drift.forecast(view, out, at)
      return
    }
    const unit = this.unit(numbers)
    for (let h = 0; h < this.horizon; h++) out[at + h] = Math.exp(unit * logRegressed[leadsAt + h])
  }

  /** Write the row of a sample, F features from `at` on, and what the leads 1…H start from. */
  write(
    numbers: Float64Array,
    index: number,
    row: Float32Array,
    at: number,
    anchors: Float32Array,
    anchorsAt: number,
  ): void {
    if (!this.fits(numbers)) {
      row.fill(0, at, at + this.features)
      anchors.fill(0, anchorsAt, anchorsAt + this.horizon)
      return
    }
    const unit = this.unit(numbers)
    const d = this.gained(numbers, index)
    const before = this.gained(numbers, index - 1)
    row[at] = (d - before) / unit
    row[at + 1] = (before - this.gained(numbers, index - 2)) / unit
    row[at + 2] = (0.3 * d) / unit
    row[at + 3] = 0.1
    for (let lead = 1; lead <= this.horizon; lead++) {
      const seasons = Math.ceil(lead / this.period)
      const z = this.log(numbers, index + lead - seasons * this.period)
      anchors[anchorsAt + lead - 1] = (z + seasons * d) / unit
    }
  }

  private fits(numbers: Float64Array): boolean {
    return this.encoder.scale.min(numbers) > 0
  }

  private unit(numbers: Float64Array): number {
    const spread = Math.sqrt(numbers[this.at + SQUARES] / Math.max(1, numbers[this.at + COUNT]))
    return spread > 1e-6 ? spread : 1e-6
  }

  private gained(numbers: Float64Array, index: number): number {
    return this.log(numbers, index) - this.log(numbers, index - this.period)
  }

  private log(numbers: Float64Array, index: number): number {
    return Math.log(this.encoder.history.get(numbers, index))
  }
}
