import type { ExpertView } from '#shared/experts/expert'
import type { ForecastLine } from './forecast-line.js'

/** Forecasts may leave the range observed so far by this share of it. */
const BOUND = 0.1
/** And by so many times what a steady trend through that range would: a young series that grows is not yet near where it goes. */
const TREND_BOUND = 1.5

/** What the experts say of one origin, alone and together. E experts, H leads, K knots. A line has one; the next origin takes its place. */
export class Mixed {
  /** [E, H] */
  readonly experts: Float64Array
  /** [H] by the weights for squared loss. */
  readonly mean: Float64Array
  /** [H] by the weights for absolute loss. */
  readonly median: Float64Array
  /** [E] share in the median, averaged over leads. */
  readonly shares: Float64Array
  /** The range observed so far, how many samples it took, and so where the forecasts stay. */
  low = 0
  high = 0
  observed = 0
  /** Bounds that bands do not pass either: no outcome lies there. Infinite where there is none. */
  floor = Number.NEGATIVE_INFINITY
  ceiling = Number.POSITIVE_INFINITY
  /** [K, E] */
  readonly meanWeights: Float64Array
  readonly medianWeights: Float64Array

  constructor(experts: number, horizon: number, knots: number) {
    this.experts = new Float64Array(experts * horizon)
    this.mean = new Float64Array(horizon)
    this.median = new Float64Array(horizon)
    this.shares = new Float64Array(experts)
    this.meanWeights = new Float64Array(knots * experts)
    this.medianWeights = new Float64Array(knots * experts)
  }
}

/** Ask every expert, weigh them by what they earned at the knots, and keep the result within what was ever observed. */
export function mixExperts(line: ForecastLine, view: ExpertView, mixed: Mixed): void {
  const { horizon } = line.options
  const { numbers } = view
  const { experts } = mixed
  for (let e = 0; e < line.experts.length; e++) {
    if (view.samples > line.experts[e].readyAfter) line.experts[e].forecast(view, experts, e * horizon)
    else experts.fill(view.value, e * horizon, (e + 1) * horizon)
  }
  boundForecasts(line, numbers, mixed)
  line.mean.weights(numbers, mixed.meanWeights)
  line.median.weights(numbers, mixed.medianWeights)
  weigh(line, mixed)
}

function weigh({ knots, experts: { length: count } }: ForecastLine, mixed: Mixed): void {
  const { experts, mean, median, shares, meanWeights, medianWeights } = mixed
  const { share, first, upper } = knots
  const horizon = mean.length
  // Calling `fill` would take longer than so few numbers.
  for (let h = 0; h < horizon; h++) {
    mean[h] = 0
    median[h] = 0
  }
  for (let e = 0; e < count; e++) shares[e] = 0
  for (let k = 0; k + 1 < first.length; k++) {
    const next = upper[first[k]]
    const until = first[k + 1]
    for (let e = 0; e < count; e++) {
      const meanFrom = meanWeights[k * count + e]
      const meanTo = meanWeights[next * count + e]
      const medianFrom = medianWeights[k * count + e]
      const medianTo = medianWeights[next * count + e]
      // Most have earned nothing: they add 0. No weight is below 0, so that one question is enough.
      if (meanFrom + meanTo + medianFrom + medianTo === 0) continue
      let shared = shares[e]
      for (let h = first[k]; h < until; h++) {
        const above = share[h]
        const below = 1 - above
        const weight = below * medianFrom + above * medianTo
        const said = experts[e * horizon + h]
        mean[h] += (below * meanFrom + above * meanTo) * said
        median[h] += weight * said
        shared += weight / horizon
      }
      shares[e] = shared
    }
  }
  bound(mean, mixed)
  bound(median, mixed)
}

/** Keep forecasts [H] in their range. */
function bound(forecasts: Float64Array, { low, high, floor, ceiling, observed }: Mixed): void {
  const range = high - low
  let least = Math.max(low - range * BOUND, floor)
  let most = Math.min(high + range * BOUND, ceiling)
  for (let h = 0; h < forecasts.length; h++) {
    const trend = (TREND_BOUND * (h + 1)) / observed
    if (trend > BOUND) {
      least = Math.max(low - range * trend, floor)
      most = Math.min(high + range * trend, ceiling)
    }
    const forecast = forecasts[h]
    forecasts[h] = forecast < least ? least : forecast > most ? most : forecast
  }
}

/**
 * Range that the forecasts of a series stay in, with a margin that grows with the lead: what was ever observed, and no margin where the lowest
 * or the highest value proved to be a bound. A constant series has no bound: it has not shown yet where it goes.
 */
export function boundForecasts(
  { encoder: { scale } }: ForecastLine,
  numbers: Float64Array,
  mixed: Mixed,
): void {
  const low = scale.min(numbers)
  const high = scale.max(numbers)
  const varies = high > low
  mixed.floor = varies && scale.hasFloor(numbers) ? low : Number.NEGATIVE_INFINITY
  mixed.ceiling = varies && scale.hasCeiling(numbers) ? high : Number.POSITIVE_INFINITY
  mixed.low = low
  mixed.high = high
  mixed.observed = Math.max(1, scale.count(numbers))
}
