import type { ValueHistory } from '#shared/encoding/value-history'
import type { Expert, ExpertView } from './expert.js'

/**
 * The last season, moved on by what the last value has gained on it: y[t + h − kS] + k (y[t] − y[t − S]), k = ⌈h/S⌉. For slow series
 * that are short and grow, where a profile has had few seasons to learn from.
 */
export class SeasonalDrift implements Expert {
  readonly name = 'seasonal-drift'
  readonly readyAfter: number

  constructor(
    private readonly history: ValueHistory,
    private readonly period: number,
    private readonly horizon: number,
  ) {
    this.readyAfter = period
  }

  forecast({ numbers, index, value }: ExpertView, out: Float64Array, at: number): void {
    const gained = value - this.history.get(numbers, index - this.period)
    for (let lead = 1; lead <= this.horizon; lead++) {
      const seasons = Math.ceil(lead / this.period)
      const before = this.history.get(numbers, index + lead - seasons * this.period)
      out[at + lead - 1] = before + seasons * gained
    }
  }
}
