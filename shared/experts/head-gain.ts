import type { Knots } from '#shared/forecast/knots'
import type { StateLayout } from '#shared/series-state/state-layout'

/** Samples over which a gain forgets. */
const MEMORY = 5000
/** What a gain of 1 is worth before anything was seen: so many forecasts that were moved by a running spread each. */
const PRIOR = 400

/**
 * How far the net's head is believed to move a forecast away from what the autoregression says, per series and knot.
 *
 * The head is one for all series. Where it is wrong of one of them, by least squares on what matured, over d = head − autoregression and
 * e = outcome − autoregression, both in running spreads:
 *
 *     g = (Σ d e + 400) / (Σ d² + 400), within [0, 1]
 *
 * The mixture's weights are no stand-in: they clip large errors, and squared error in restless series is made of those.
 */
export class HeadGain {
  private readonly at: number

  constructor(
    layout: StateLayout,
    private readonly knots: Knots,
  ) {
    // Per knot: Σ d², Σ d e.
    this.at = layout.reserve('head-gain', 2 * knots.leads.length)
  }

  /**
   * Learn from a forecast that has matured.
   * @param moved head − autoregression @param missed outcome − autoregression, in running spreads
   */
  learn(numbers: Float64Array, knot: number, moved: number, missed: number): void {
    const at = this.at + 2 * knot
    const decay = 1 - 1 / MEMORY
    numbers[at] = decay * numbers[at] + moved * moved
    numbers[at + 1] = decay * numbers[at + 1] + moved * missed
  }

  /** The gain at a lead, from its index h = lead − 1: between two knots, as the mixture's weights are. */
  of(numbers: Float64Array, h: number): number {
    const { lower, upper, share } = this.knots
    return (1 - share[h]) * this.atKnot(numbers, lower[h]) + share[h] * this.atKnot(numbers, upper[h])
  }

  private atKnot(numbers: Float64Array, knot: number): number {
    const at = this.at + 2 * knot
    const gain = (numbers[at + 1] + PRIOR) / (numbers[at] + PRIOR)
    return Math.min(1, Math.max(0, gain))
  }
}
