import type { Knots } from '#shared/forecast/knots'
import type { StateLayout } from '#shared/series-state/state-layout'

/** Errors and differences enter the regrets within this many units: one wild value must not decide for thousands of steps. */
const CLIP = 6
/** Errors are also clipped at this many times their own running root mean square. */
const CLIP_RMS = 6

/** Which loss a set of weights minimises: squared for the mean forecast, absolute for the median. */
export type MixtureLoss = 'squared' | 'absolute'

/**
 * ML-Poly aggregation of experts, per series and knot, no learning rate
 * [Gaillard, Stoltz, van Erven 2014, "A second-order bound with excess losses"].
 *
 * When the outcome y of a forecast p = Σ w_e f_e matures, with g the gradient of the loss at p:
 *
 *     r_e = g (p − f_e)      R_e ← d R_e + r_e      Q_e ← d² Q_e + r_e²      w_e ∝ max(R_e, 0) / (ε + Q_e)
 *
 * d = 1 − 1/τ forgets over τ = 5,000 (1 + 0.2 (lead − 1)) samples. Errors are measured in the series' running spread.
 * All regrets ≤ 0 gives equal weights.
 */
export class MlPoly {
  private readonly at: number
  /** [K] τ, and 1 − 1/τ. */
  private readonly memories: Float64Array
  private readonly decays: Float64Array

  constructor(
    layout: StateLayout,
    private readonly loss: MixtureLoss,
    private readonly knots: Knots,
    private readonly experts: number,
  ) {
    this.memories = Float64Array.from(knots.leads, (lead) => 5000 * (1 + 0.2 * (lead - 1)))
    this.decays = this.memories.map((memory) => 1 - 1 / memory)
    // Per knot: regrets [E], squared regrets [E], mean squared error, count.
    this.at = layout.reserve(`ml-poly-${loss}`, knots.leads.length * (2 * experts + 2))
  }

  /** Write the weights at every knot, [K, E], each row summing to 1. */
  weights(numbers: Float64Array, out: Float64Array): void {
    const { experts } = this
    for (let k = 0; k < this.knots.leads.length; k++) {
      const at = this.at + k * (2 * experts + 2)
      let sum = 0
      for (let e = 0; e < experts; e++) {
        const regret = numbers[at + e]
        const weight = regret > 0 ? regret / (1e-12 + numbers[at + experts + e]) : 0
        out[k * experts + e] = weight
        sum += weight
      }
      for (let e = 0; e < experts; e++) {
        out[k * experts + e] = sum > 0 ? out[k * experts + e] / sum : 1 / experts
      }
    }
  }

  /**
   * Learn from a matured forecast.
   * @param unit running spread of the series, > 0
   * @param forecasts holds the experts' forecasts of that origin, E values from `forecastsAt` on
   */
  learn(
    numbers: Float64Array,
    knot: number,
    outcome: number,
    mixed: number,
    unit: number,
    forecasts: Float64Array,
    forecastsAt: number,
  ): void {
    const { experts } = this
    const at = this.at + knot * (2 * experts + 2)
    const meanSquare = at + 2 * experts
    const memory = this.memories[knot]
    const decay = this.decays[knot]
    let error = clip((mixed - outcome) / unit, CLIP)
    const count = ++numbers[meanSquare + 1]
    numbers[meanSquare] += (error * error - numbers[meanSquare]) / Math.min(count, memory)
    error = clip(error, CLIP_RMS * Math.sqrt(numbers[meanSquare]))
    const gradient = this.loss === 'squared' ? 2 * error : Math.sign(error)
    for (let e = 0; e < experts; e++) {
      const regret = gradient * clip((mixed - forecasts[forecastsAt + e]) / unit, CLIP)
      numbers[at + e] = decay * numbers[at + e] + regret
      numbers[at + experts + e] = decay * decay * numbers[at + experts + e] + regret * regret
    }
  }

  /** What an expert has earned at a knot is no longer counted: it has become another. */
  forget(numbers: Float64Array, knot: number, expert: number): void {
    const at = this.at + knot * (2 * this.experts + 2) + expert
    numbers[at] = 0
    numbers[at + this.experts] = 0
  }
}

function clip(value: number, bound: number): number {
  return value > bound ? bound : value < -bound ? -bound : value
}
