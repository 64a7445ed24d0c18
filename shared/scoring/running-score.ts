import type { Knots } from '#shared/forecast/knots'
import { BANDS } from '#shared/forecast/quantile-levels'
import type { StateLayout } from '#shared/series-state/state-layout'

const COUNT = 0
const ERROR = 1
const NAIVE_COUNT = 2
const NAIVE_PAIRED = 3
const NAIVE_ERROR = 4
const COVERED = 5
const LENGTH = COVERED + BANDS.length
/** Outcomes that a running score remembers. */
const MEMORY = 1000

/** How good a series' own past forecasts were, per knot: mean absolute error beside the seasonal naive's, and coverage. */
export class RunningScore {
  private readonly at: number

  constructor(layout: StateLayout, knots: Knots) {
    this.at = layout.reserve('score', knots.leads.length * LENGTH)
  }

  /**
   * @param naiveError absolute error of the seasonal naive forecast for the same target, or NaN before a season was seen
   * @param halfWidths one per band, from `halfWidthsAt` on
   */
  learn(
    numbers: Float64Array,
    knot: number,
    absoluteError: number,
    naiveError: number,
    halfWidths: Float64Array,
    halfWidthsAt: number,
  ): void {
    const at = this.at + knot * LENGTH
    const gain = 1 / Math.min(++numbers[at + COUNT], MEMORY)
    numbers[at + ERROR] += gain * (absoluteError - numbers[at + ERROR])
    for (let b = 0; b < BANDS.length; b++) {
      const covered = absoluteError <= halfWidths[halfWidthsAt + b] ? 1 : 0
      numbers[at + COVERED + b] += gain * (covered - numbers[at + COVERED + b])
    }
    if (Number.isNaN(naiveError)) return
    const naiveGain = 1 / Math.min(++numbers[at + NAIVE_COUNT], MEMORY)
    numbers[at + NAIVE_PAIRED] += naiveGain * (absoluteError - numbers[at + NAIVE_PAIRED])
    numbers[at + NAIVE_ERROR] += naiveGain * (naiveError - numbers[at + NAIVE_ERROR])
  }

  /** Realised coverage of a band, or NaN before anything was scored. */
  coverage(numbers: Float64Array, knot: number, band: number): number {
    const at = this.at + knot * LENGTH
    return numbers[at + COUNT] > 0 ? numbers[at + COVERED + band] : Number.NaN
  }

  /** 1 − MAE / MAE of the seasonal naive on the same targets, or NaN where there is nothing to compare. */
  skill(numbers: Float64Array, knot: number): number {
    const at = this.at + knot * LENGTH
    if (numbers[at + NAIVE_COUNT] === 0) return Number.NaN
    const naive = numbers[at + NAIVE_ERROR]
    if (naive === 0) return numbers[at + NAIVE_PAIRED] === 0 ? 0 : Number.NaN
    const skill = 1 - numbers[at + NAIVE_PAIRED] / naive
    // A naive error of next to nothing says nothing.
    return Number.isFinite(skill) ? skill : Number.NaN
  }
}
