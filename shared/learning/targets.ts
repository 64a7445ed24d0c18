import type { SeededRandom } from '#shared/recurrent/seeded-random'
import type { TrainingSeries } from './training-series.js'

/** Targets beyond this many running scales count as this many: one wild value must not fill the loss. */
const targetMax = 10

/**
 * What the head learns to give at lead k from origin t: (value at t + k − value at t) / scale at t, within ± 10.
 * @returns NaN where the origin or the outcome was not observed, or the series ends before it
 */
export function targetAt(series: TrainingSeries, origin: number, lead: number): number {
  const outcome = origin + lead
  if (outcome >= series.values.length) return Number.NaN
  if (series.observed[origin] === 0 || series.observed[outcome] === 0) return Number.NaN
  const change = (series.values[outcome]! - series.values[origin]!) / series.scales[origin]!
  return withinTargets(change)
}

/** A target within ± 10. */
export function withinTargets(change: number): number {
  return change > targetMax ? targetMax : change < -targetMax ? -targetMax : change
}

/**
 * Root mean square of the target at each lead over sampled origins: training divides by it, so that every lead has
 * a target of size 1.
 * @param ends per series, its first index whose outcome must not be used
 * @returns [H]; 1 where nothing was seen
 */
export function leadScales(
  series: readonly TrainingSeries[],
  ends: readonly number[],
  leads: number,
  random: SeededRandom,
  originsMax = 4000,
): Float64Array {
  const total = ends.reduce((sum, end) => sum + end, 0)
  const sums = new Float64Array(leads)
  const counts = new Float64Array(leads)
  const draws = Math.min(originsMax, total)
  for (let n = 0; n < draws; n++) {
    let origin = random.integer(total)
    let index = 0
    while (origin >= ends[index]!) origin -= ends[index++]!
    for (let lead = 1; lead <= leads && origin + lead < ends[index]!; lead++) {
      const target = targetAt(series[index]!, origin, lead)
      if (!Number.isFinite(target)) continue
      sums[lead - 1] = sums[lead - 1]! + target * target
      counts[lead - 1] = counts[lead - 1]! + 1
    }
  }
  return sums.map((sum, i) => (counts[i]! > 0 && sum > 0 ? Math.sqrt(sum / counts[i]!) : 1))
}

/** Loss weight of each lead, 1 / k^power, with mean 1. @returns [H] */
export function leadWeights(leads: number, power: number): Float64Array {
  const weights = Float64Array.from({ length: leads }, (_, i) => (i + 1) ** -power)
  const mean = weights.reduce((sum, w) => sum + w, 0) / leads
  return weights.map((w) => w / mean)
}
