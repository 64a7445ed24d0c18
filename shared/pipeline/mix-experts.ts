import type { ExpertView } from '#shared/experts/expert'
import type { ForecastLine } from './forecast-line.js'

/** Forecasts may leave the range observed so far by this share of it. */
const BOUND = 0.1

/** What the experts say of one origin, alone and together. E experts, H leads. */
export interface Mixed {
  /** [E, H] */
  readonly experts: Float64Array
  /** [H] by the weights for squared loss. */
  readonly mean: Float64Array
  /** [H] by the weights for absolute loss. */
  readonly median: Float64Array
  /** [E] share in the median, averaged over leads. */
  readonly shares: Float64Array
  readonly range: ForecastRange
}

/** Where the forecasts of a series stay, and the bounds that its bands do not pass either; infinite where it has none. */
export interface ForecastRange {
  readonly low: number
  readonly high: number
  readonly floor: number
  readonly ceiling: number
}

/**
 * Range that the forecasts of a series stay in: what was ever observed and a margin, or no margin where the lowest or the
 * highest value proved to be a bound. A constant series has no bound: it has not shown yet where it goes.
 */
function forecastRange(line: ForecastLine, numbers: Float64Array): ForecastRange {
  const { scale } = line.encoder
  const low = scale.min(numbers)
  const high = scale.max(numbers)
  const margin = BOUND * (high - low)
  const varies = high > low
  const floor = varies && scale.hasFloor(numbers) ? low : Number.NEGATIVE_INFINITY
  const ceiling = varies && scale.hasCeiling(numbers) ? high : Number.POSITIVE_INFINITY
  return { low: Math.max(low - margin, floor), high: Math.min(high + margin, ceiling), floor, ceiling }
}

/** Ask every expert, weigh them by what they earned at the knots, and keep the result within what was ever observed. */
export function mixExperts(line: ForecastLine, view: ExpertView): Mixed {
  const { horizon } = line.options
  const count = line.experts.length
  const { numbers } = view
  const experts = new Float64Array(count * horizon)
  for (let e = 0; e < count; e++) {
    if (view.samples > line.experts[e].readyAfter) line.experts[e].forecast(view, experts, e * horizon)
    else experts.fill(view.value, e * horizon, (e + 1) * horizon)
  }

  const atKnots = new Float64Array(line.knots.leads.length * count)
  const range = forecastRange(line, numbers)
  const { low, high } = range
  const mixBy = (weights: Float64Array, shares: Float64Array | null): Float64Array => {
    const mixed = new Float64Array(horizon)
    const { lower, upper, share } = line.knots
    for (let h = 0; h < horizon; h++) {
      let sum = 0
      for (let e = 0; e < count; e++) {
        const weight =
          (1 - share[h]) * weights[lower[h] * count + e] + share[h] * weights[upper[h] * count + e]
        sum += weight * experts[e * horizon + h]
        if (shares) shares[e] += weight / horizon
      }
      mixed[h] = Math.min(high, Math.max(low, sum))
    }
    return mixed
  }
  line.mean.weights(numbers, atKnots)
  const mean = mixBy(atKnots, null)
  line.median.weights(numbers, atKnots)
  const shares = new Float64Array(count)
  return { experts, mean, median: mixBy(atKnots, shares), shares, range }
}
