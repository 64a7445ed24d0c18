import type { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { Season } from '#shared/series/season'
import type { Expert, ExpertView } from './expert.js'
import type { FrozenScale } from './frozen-scale.js'

const LAGS = 11
const INCREMENT_LEADS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 36, 48]
/** Means of z over older stretches, from and to this lag before the origin; the second goes on to the end of the season. */
const NEAR = [12, 24] as const
const FAR_MIN = 36
/** A mean of more values than these is taken of so many, evenly spread. */
const MEAN_OF_MAX = 12

/**
 * The recurrent read-out: recursive least squares per series on the net's hidden state and lags, over the day-and-week
 * profile as its anchor, so that each series learns online what the shared net's state means for it [model findings § 2,
 * roS]. Even an untrained net's state is a reservoir to read from.
 *
 * With y in units of the frozen scale, q the seasonal deviation and z = y − q, a row holds the top layer's hidden state
 * [D], lags and means of z, its slow level, and what the profile expects to change.
 */
export class ReadOut implements Expert {
  readonly name = 'read-out'
  readonly readyAfter: number
  /** Features beside the hidden state. */
  readonly lagFeatures: number
  private readonly leads: readonly number[]
  private readonly near: readonly number[]
  private readonly far: readonly number[]

  constructor(
    private readonly encoder: SampleEncoder,
    private readonly scale: FrozenScale,
    season: Season,
    private readonly horizon: number,
    /** Inputs of the net from other fields of the record, which stand at the end of a row too. */
    covariateInputs = 0,
  ) {
    this.readyAfter = season.main
    this.leads = INCREMENT_LEADS.filter((lead) => lead <= horizon)
    this.near = lagsBetween(NEAR[0], NEAR[1])
    this.far = lagsBetween(NEAR[1], Math.max(season.main, FAR_MIN))
    this.lagFeatures = LAGS + 6 + this.leads.length + covariateInputs
  }

  /** F for a net of D hidden units. */
  featuresFor(hidden: number): number {
    return hidden + this.lagFeatures
  }

  forecast({ numbers, readOut, leadsAt }: ExpertView, out: Float64Array, at: number): void {
    const center = this.scale.center(numbers)
    const unit = this.scale.unit(numbers)
    for (let h = 0; h < this.horizon; h++) out[at + h] = center + unit * readOut[leadsAt + h]
  }

  /** Write what a sample's row holds beside the hidden state, but for the covariates, from `at` on. */
  writeLags(numbers: Float64Array, index: number, value: number, row: Float32Array, at: number): void {
    const { profile } = this.encoder
    const unit = this.scale.unit(numbers)
    const week = profile.weekWeight(numbers)
    const now = profile.deviationBy(numbers, index, week)
    const z = value - now
    let f = at
    for (let lag = 1; lag <= LAGS; lag++) row[f++] = (this.profiled(numbers, index - lag, week) - z) / unit
    row[f++] = (z - this.scale.center(numbers)) / unit
    row[f++] = now / unit
    row[f++] = (this.mean(numbers, index, this.near, week) - z) / unit
    row[f++] = (this.mean(numbers, index, this.far, week) - z) / unit
    row[f++] = (profile.level(numbers) - z) / unit
    row[f++] = 1
    for (const lead of this.leads) row[f++] = (profile.deviationBy(numbers, index + lead, week) - now) / unit
  }

  /** z at a grid index, by today's profile. */
  private profiled(numbers: Float64Array, index: number, week: number): number {
    const { history, profile } = this.encoder
    return history.get(numbers, index) - profile.deviationBy(numbers, index, week)
  }

  private mean(numbers: Float64Array, index: number, lags: readonly number[], week: number): number {
    let sum = 0
    for (const lag of lags) sum += this.profiled(numbers, index - lag, week)
    return sum / lags.length
  }
}

/** At most `MEAN_OF_MAX` lags from `from` to before `to`. */
function lagsBetween(from: number, to: number): readonly number[] {
  const count = Math.min(to - from, MEAN_OF_MAX)
  return Array.from({ length: count }, (_, i) => from + Math.floor((i * (to - from)) / count))
}
