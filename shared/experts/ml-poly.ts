import type { Knots } from '#shared/forecast/knots'
import type { StateLayout } from '#shared/series-state/state-layout'

/** Errors and differences enter the regrets within this many units: one wild value must not decide for thousands of steps. */
const CLIP = 6
/** Errors are also clipped at this many times their own running root mean square. */
const CLIP_RMS = 6
/** Discounting begins as if so many outcomes had come before the first: until then one of them must not be all that is remembered. */
const HEAD_START = 10
/** In a young series the n-th outcome counts in proportion to n to the power of this. */
const LATENESS = 0.5
/** Outcomes for each step by which they overlap that count for as much as the knot before. */
const KNOT_BEFORE = 5
/** Outcomes, in leads, by which the doubt is half of what it comes to: a young series may well have a season or a trend. */
const DOUBT_AFTER = 40

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
 * Errors are measured in the series' running spread. All regrets ≤ 0 gives the weights of the knot before, and equal ones at the first.
 *
 * d = 1 − max(1/τ, ½/(n + 10)) at the n-th outcome, τ = 5,000 (1 + 0.2 (lead − 1)). In a young series an outcome so counts by the
 * square root of how late it came [regrets discounted by a power of their age: Brown, Sandholm 2019, "Solving imperfect-information
 * games via discounted regret minimization"]: the experts learn too, and what they erred by as beginners says less of them.
 *
 * Forecasts h leads ahead overlap by h − 1 steps, so what n of them teach is as much as n/h that do not. The knot before counts for five
 * of them for each of those steps,
 *
 *     w_k ← (n w_k + 5 (h − 1) w_{k−1}) / (n + 5 (h − 1))
 *
 * and a sum of regrets that is mere chance spreads by more than √Q: errors of overlapping forecasts are correlated by 1 − j/h at j steps
 * [Hansen, Hodrick 1980, "Forward exchange rates as optimal predictors of future spot rates"], a product of two of them by its square, so
 * that its variance is Q (1 + 2 Σ (1 − j/h)²), j from 1 to h − 1, which is Q (1 + (h − 1)(2h − 1)/3h). Persistence, which nothing beats
 * on a random walk, has the benefit of that doubt: once another has earned something, its R is taken to be
 * √(Q (h − 1)(2h − 1)/3h) n / (n + 40 h) more than it is.
 *
 * An expert that was not ready at the origin of a forecast has no part in it [sleeping experts: § 4 of the first paper]. R stays 0
 * and Q is the mean of the others', so that it joins with nothing earned, and no bolder than they are.
 */
export class MlPoly {
  private readonly at: number
  private readonly experts: number
  /** [K] τ. */
  private readonly memories: Float64Array

  /**
   * @param readyAfter [E] observed samples before an expert has something of its own to say
   * @param persistence which of them says the last value; −1 for none
   */
  constructor(
    layout: StateLayout,
    private readonly loss: MixtureLoss,
    private readonly knots: Knots,
    private readonly readyAfter: readonly number[],
    private readonly persistence: number,
  ) {
    const experts = readyAfter.length
    this.experts = experts
    this.memories = Float64Array.from(knots.leads, (lead) => 5000 * (1 + 0.2 * (lead - 1)))
    // Per knot: regrets [E], squared regrets [E], mean squared error, count.
    this.at = layout.reserve(`regrets-${loss}`, knots.leads.length * (2 * experts + 2))
  }

  /** Write the weights at every knot, [K, E], each row summing to 1. */
  weights(numbers: Float64Array, out: Float64Array): void {
    const { experts } = this
    const { leads } = this.knots
    for (let k = 0; k < leads.length; k++) {
      const outcomes = numbers[this.at + k * (2 * experts + 2) + 2 * experts + 1]
      const sum = this.earned(numbers, k, out)
      const own = sum === 0 ? 0 : outcomes / (outcomes + KNOT_BEFORE * (leads[k] - 1))
      const scale = sum === 0 ? 0 : own / sum
      for (let e = 0; e < experts; e++) {
        const before = k === 0 ? 1 / experts : out[(k - 1) * experts + e]
        out[k * experts + e] = scale * out[k * experts + e] + (1 - own) * before
      }
    }
  }

  /** Write what the experts have earned at a knot, and return the sum; 0 where none has earned anything. */
  private earned(numbers: Float64Array, knot: number, out: Float64Array): number {
    const { experts, persistence } = this
    const at = this.at + knot * (2 * experts + 2)
    const outAt = knot * experts
    let sum = 0
    for (let e = 0; e < experts; e++) {
      const regret = numbers[at + e]
      sum += out[outAt + e] = regret > 0 ? regret / (1e-12 + numbers[at + experts + e]) : 0
    }
    if (sum === 0 || persistence < 0) return sum
    const squares = numbers[at + experts + persistence]
    const doubt = doubtOf(squares, this.knots.leads[knot], numbers[at + 2 * experts + 1])
    const weight = Math.max(0, numbers[at + persistence] + doubt) / (1e-12 + squares)
    sum += weight - out[outAt + persistence]
    out[outAt + persistence] = weight
    return sum
  }

  /**
   * Learn from a matured forecast.
   * @param unit running spread of the series, > 0
   * @param known samples of the series that had been observed at the forecast's origin
   * @param forecasts holds the experts' forecasts of that origin, E values from `forecastsAt` on
   */
  learn(
    numbers: Float64Array,
    knot: number,
    outcome: number,
    mixed: number,
    unit: number,
    known: number,
    forecasts: Float64Array,
    forecastsAt: number,
  ): void {
    const { experts, readyAfter } = this
    const at = this.at + knot * (2 * experts + 2)
    const meanSquare = at + 2 * experts
    const memory = this.memories[knot]
    let error = clip((mixed - outcome) / unit, CLIP)
    const count = ++numbers[meanSquare + 1]
    numbers[meanSquare] += (error * error - numbers[meanSquare]) / Math.min(count, memory)
    error = clip(error, CLIP_RMS * Math.sqrt(numbers[meanSquare]))
    const gradient = this.loss === 'squared' ? 2 * error : Math.sign(error)
    const decay = 1 - 1 / Math.min(memory, (count + HEAD_START) / LATENESS)
    const squaredDecay = decay * decay
    let squares = 0
    let ready = 0
    for (let e = 0; e < experts; e++) {
      if (known <= readyAfter[e]) continue
      const regret = gradient * clip((mixed - forecasts[forecastsAt + e]) / unit, CLIP)
      numbers[at + e] = decay * numbers[at + e] + regret
      squares += numbers[at + experts + e] = squaredDecay * numbers[at + experts + e] + regret * regret
      ready++
    }
    if (ready > 0 && ready < experts) this.letJoin(numbers, at, known, squares / ready)
  }

  /** Who was not ready has earned nothing, and is as doubtful as the mean of the others. */
  private letJoin(numbers: Float64Array, at: number, known: number, squares: number): void {
    const { experts, readyAfter } = this
    for (let e = 0; e < experts; e++) {
      if (known <= readyAfter[e]) numbers[at + experts + e] = squares
    }
  }

  /** What an expert has earned at a knot is no longer counted: it has become another. */
  forget(numbers: Float64Array, knot: number, expert: number): void {
    const at = this.at + knot * (2 * this.experts + 2) + expert
    numbers[at] = 0
    numbers[at + this.experts] = 0
  }
}

/** How far regrets may differ by chance because forecasts overlap, once there are outcomes enough to tell. */
function doubtOf(squares: number, lead: number, outcomes: number): number {
  const beyond = (squares * (lead - 1) * (2 * lead - 1)) / (3 * lead)
  return (Math.sqrt(beyond) * outcomes) / (outcomes + DOUBT_AFTER * lead)
}

function clip(value: number, bound: number): number {
  return value > bound ? bound : value < -bound ? -bound : value
}
