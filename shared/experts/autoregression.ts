import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import { SeriesRegression } from '#shared/regression/series-regression'
import type { Season } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'
import type { Expert, ExpertView } from './expert.js'

const PROFILED_LAGS = [1, 2, 3, 5, 8, 11]
const VALUE_LAGS = [2, 4, 8, 14, 18, 23]
const INCREMENT_LEADS = [1, 3, 6, 12, 24]
/** Block means of the values before the lags start here. */
const BLOCKS_FROM = 24
/** Leads beyond are issued as their anchors: each costs memory of its own. */
const LEADS_MAX = 48
const FORGETTING = 0.9999
/** Samples beyond the first season before it learns: a regression that starts on a rough scale takes long to recover. */
const START = 30
/** Once the running spread is so many times the frozen one, the series is another one and the regression starts again. */
const SPREAD_RATIO_MAX = 8

const CENTER = 0
const UNIT = 1
const LENGTH = 2

/**
 * Direct multi-lead autoregression by recursive least squares, over the day-and-week profile as its anchor.
 *
 * With y in units of a scale that is frozen after the first season, q the seasonal deviation and z = y − q, the forecast
 * of lead h is y[t] − q[t] + q[t+h] + w[h]·x[t]; x holds lags of z and y, means of older blocks, slow levels, and what the
 * profile expects to change.
 */
export class Autoregression implements Expert {
  readonly name = 'autoregression'
  readonly readyAfter: number
  readonly features: number
  private readonly at: number
  private readonly regression: SeriesRegression
  private readonly learned: number
  private readonly block: number
  private readonly blocks: readonly number[]
  /** [F] and [leads learned] scratch. */
  private readonly row: Float64Array
  private readonly anchors: Float64Array

  constructor(
    layout: StateLayout,
    private readonly encoder: SampleEncoder,
    private readonly season: Season,
    private readonly horizon: number,
  ) {
    this.readyAfter = season.main
    this.learned = Math.min(horizon, LEADS_MAX)
    this.block = blockLength(season)
    this.blocks = blockStarts(season)
    this.features =
      PROFILED_LAGS.length + 2 + VALUE_LAGS.length + this.blocks.length + 4 + INCREMENT_LEADS.length
    this.at = layout.reserve('autoregression', LENGTH)
    this.regression = new SeriesRegression(layout, 'autoregression', {
      features: this.features,
      leads: this.learned,
      forgetting: FORGETTING,
    })
    this.row = new Float64Array(this.features)
    this.anchors = new Float64Array(this.learned)
  }

  learn(numbers: Float64Array, index: number, value: number, observed: boolean): void {
    const ready = this.encoder.scale.count(numbers) > this.season.main + START
    this.holdScale(numbers, ready)
    this.fillRow(numbers, index, value)
    const scaled = (value - numbers[this.at + CENTER]) / numbers[this.at + UNIT]
    this.regression.advance(numbers, index, scaled, this.row, this.anchors, observed && ready)
  }

  translate(numbers: Float64Array, by: number): void {
    numbers[this.at + CENTER] += by
    this.regression.outdate(numbers)
  }

  forecast({ numbers, index, value }: ExpertView, out: Float64Array, at: number): void {
    const { profile } = this.encoder
    this.regression.forecast(numbers, index, out, at)
    const center = numbers[this.at + CENTER]
    const unit = numbers[this.at + UNIT]
    for (let h = 0; h < this.learned; h++) out[at + h] = center + unit * out[at + h]
    const now = profile.deviation(numbers, index)
    for (let lead = this.learned + 1; lead <= this.horizon; lead++) {
      out[at + lead - 1] = value - now + profile.deviation(numbers, index + lead)
    }
  }

  /** The scale follows the series until the regression learns, and is frozen then: weights mean nothing in another one. */
  private holdScale(numbers: Float64Array, ready: boolean): void {
    const { scale } = this.encoder
    const spread = scale.spread(numbers)
    const unit = numbers[this.at + UNIT]
    if (ready && spread <= SPREAD_RATIO_MAX * unit) return
    if (ready && unit > 0) this.regression.restart(numbers)
    numbers[this.at + CENTER] = scale.mean(numbers)
    numbers[this.at + UNIT] = spread
  }

  private fillRow(numbers: Float64Array, index: number, value: number): void {
    const { history, profile, scale } = this.encoder
    const { row, anchors } = this
    const unit = numbers[this.at + UNIT]
    const now = profile.deviation(numbers, index)
    const level = value - now
    let f = 0
    for (const lag of PROFILED_LAGS) {
      const past = history.get(numbers, index - lag) - profile.deviation(numbers, index - lag)
      row[f++] = (past - level) / unit
    }
    row[f++] = (level - numbers[this.at + CENTER]) / unit
    row[f++] = now / unit
    for (const lag of VALUE_LAGS) row[f++] = (history.get(numbers, index - lag) - value) / unit
    for (const from of this.blocks) {
      let sum = 0
      for (let lag = from; lag < from + this.block; lag++) sum += history.get(numbers, index - lag)
      row[f++] = (sum / this.block - value) / unit
    }
    row[f++] = (value - numbers[this.at + CENTER]) / unit
    row[f++] = (scale.mean(numbers) - value) / unit
    row[f++] = (profile.level(numbers) - value) / unit
    row[f++] = 1
    for (const lead of INCREMENT_LEADS) row[f++] = (profile.deviation(numbers, index + lead) - now) / unit
    for (let h = 0; h < this.learned; h++) {
      const ahead = level + profile.deviation(numbers, index + h + 1)
      anchors[h] = (ahead - numbers[this.at + CENTER]) / unit
    }
  }
}

function blockLength({ main }: Season): number {
  return Math.max(1, Math.floor(main / 6))
}

function blockStarts(season: Season): readonly number[] {
  const starts: number[] = []
  const length = blockLength(season)
  for (let from = BLOCKS_FROM; from < Math.max(season.main, 30); from += length) starts.push(from)
  return starts
}
