import { LEVEL_BAND, LEVEL_SIDE, LEVELS } from '#shared/forecast/quantile-levels'

/**
 * Continuous ranked probability score of a forecast given by its median and central bands, from the pinball score at the
 * published levels: CRPS = 2 ∫ pinball(τ) dτ [Gneiting and Raftery 2007], here the mean over the levels, times two.
 *
 * @param halfWidths holds one per band, from `at` on
 * @param floor no quantile is below it, and none above `ceiling`
 * @returns in the unit of the values; 0 when all mass is on the outcome
 */
export function crpsOfBands(
  median: number,
  halfWidths: ArrayLike<number>,
  at: number,
  outcome: number,
  floor = Number.NEGATIVE_INFINITY,
  ceiling = Number.POSITIVE_INFINITY,
): number {
  let sum = 0
  for (let q = 0; q < LEVELS.length; q++) {
    const band = LEVEL_BAND[q]
    const quantile = band < 0 ? median : median + LEVEL_SIDE[q] * halfWidths[at + band]
    sum += pinball(LEVELS[q], Math.min(Math.max(quantile, floor), ceiling), outcome)
  }
  return (2 * sum) / LEVELS.length
}

/** Pinball score of a quantile: τ (y − q) above it, (1 − τ)(q − y) below. */
export function pinball(level: number, quantile: number, outcome: number): number {
  return outcome >= quantile ? level * (outcome - quantile) : (1 - level) * (quantile - outcome)
}
