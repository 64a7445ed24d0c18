import { phaseOf } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'
import type { RunningScale } from './running-scale.js'
import { clipFeature } from './sample-encoder.js'

const STEPS = 0
const ERROR_SHORT = 1
const ERROR_LONG = 2
const LENGTH = 3

/** Leads whose forecast change is an input. */
const CHANGE_LEADS = [1, 3, 6, 12, 24, 48]
/** Leads whose latest error is one. */
const ERROR_LEADS = [1, 6, 24, 48]

/** What a series' autoregression says at an origin: lead h is `center + unit · said[at + h − 1]`. */
export interface Said {
  readonly said: Float32Array
  readonly at: number
  readonly center: number
  readonly unit: number
}

/**
 * Inputs of the recurrent net from what the autoregression says of the series and how it erred: its forecast changes, its errors
 * that have matured, and means of the one-step error over about 6 and 24 samples [model findings 3, § 2, without those of other
 * series]. They are zero until there is a forecast that has matured.
 */
export class RegressionInputs {
  readonly names: readonly string[]
  private readonly at: number
  private readonly changeLeads: readonly number[]
  private readonly errorLeads: readonly number[]
  /** Where the ring of each error lead begins: as many forecasts as the lead is far, each waiting for its outcome. */
  private readonly rings: readonly number[]

  constructor(
    layout: StateLayout,
    private readonly scale: RunningScale,
    horizon: number,
  ) {
    this.changeLeads = CHANGE_LEADS.filter((lead) => lead <= horizon)
    this.errorLeads = ERROR_LEADS.filter((lead) => lead <= horizon)
    this.at = layout.reserve('regression-inputs', LENGTH)
    this.rings = this.errorLeads.map((lead) => layout.reserve(`regression-errors-${lead}`, lead))
    this.names = [
      ...this.changeLeads.map((lead) => `regressed-${lead}`),
      ...this.errorLeads.map((lead) => `regression-error-${lead}`),
      'regression-error-short',
      'regression-error-long',
    ]
  }

  /** What was said knew nothing of the level or the gap that came: none of it becomes an error. */
  forget(numbers: Float64Array): void {
    numbers[this.at + STEPS] = 0
  }

  /**
   * Learn from a sample, and write its inputs to `row` from `rowAt` on.
   * @param observed false where the value stands in for a missing one: it shows no error
   * @param said the forecast issued with this sample; null while the regression has not begun to learn
   */
  encode(
    numbers: Float64Array,
    index: number,
    value: number,
    observed: boolean,
    said: Said | null,
    row: Float32Array,
    rowAt: number,
  ): void {
    const { at } = this
    const spread = this.scale.spread(numbers)
    const step = this.scale.step(numbers)
    let f = rowAt
    for (const lead of this.changeLeads) {
      row[f++] = said === null ? 0 : clipFeature((leadOf(said, lead) - value) / (lead === 1 ? step : spread))
    }
    const steps = said === null ? 0 : numbers[at + STEPS]
    let last = 0
    for (let e = 0; e < this.errorLeads.length; e++) {
      const lead = this.errorLeads[e]
      const place = this.rings[e] + phaseOf(index, lead)
      const known = observed && steps >= lead
      const error = known ? clipFeature((value - numbers[place]) / (lead === 1 ? step : spread)) : 0
      if (lead === 1) last = error
      if (said !== null) numbers[place] = leadOf(said, lead)
      row[f++] = error
    }
    numbers[at + STEPS] = said === null ? 0 : steps + 1
    numbers[at + ERROR_SHORT] += (last - numbers[at + ERROR_SHORT]) / 6
    numbers[at + ERROR_LONG] += (last - numbers[at + ERROR_LONG]) / 24
    row[f++] = clipFeature(2 * numbers[at + ERROR_SHORT])
    row[f++] = clipFeature(4 * numbers[at + ERROR_LONG])
  }
}

function leadOf({ said, at, center, unit }: Said, lead: number): number {
  return center + unit * said[at + lead - 1]
}
