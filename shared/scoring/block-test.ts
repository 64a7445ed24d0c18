import { studentQuantile, studentWithin } from './student-t.js'

/** Whether a mean is zero, by its means over blocks of time. */
export interface BlockTest {
  /** Mean of the blocks' means. */
  readonly difference: number
  /** Ends of its 95 % confidence interval. */
  readonly low: number
  readonly high: number
  /** Two-sided; 1 where no block differs. */
  readonly p: number
}

/** Fewer blocks say too little to be called a test. */
export const blocksMin = 4
/** More make each so short that what lasts would reach from one into the next. */
export const blocksMax = 16

/**
 * How many blocks a stretch of time is cut into: each as long as two horizons, so that at most half of its forecasts reach
 * into the next, and as long as a season.
 * @param cells cadences in the stretch
 */
export function blockCount(cells: number, horizon: number, season: number): number {
  return Math.min(blocksMax, Math.floor(cells / Math.max(2 * horizon, season)))
}

/**
 * Student's t-test on the means of a few long blocks, q − 1 degrees of freedom. What is correlated within a block (overlapping
 * leads, neighbouring origins, series that move together) has gone into its one number, and blocks may differ in their spread:
 * at the 5 % level the test then errs on the careful side [Ibragimov and Müller, "t-Statistic Based Correlation and
 * Heterogeneity Robust Inference", Journal of Business & Economic Statistics 28 (2010)].
 * @param means [q] mean difference of each block
 * @returns null with fewer than four blocks
 */
export function testBlockMeans(means: readonly number[]): BlockTest | null {
  const blocks = means.length
  if (blocks < blocksMin) return null
  const difference = means.reduce((sum, mean) => sum + mean, 0) / blocks
  const squares = means.reduce((sum, mean) => sum + (mean - difference) ** 2, 0)
  const error = Math.sqrt(squares / (blocks - 1) / blocks)
  const reach = studentQuantile(0.95, blocks - 1) * error
  const p = error > 0 ? 1 - studentWithin(difference / error, blocks - 1) : difference === 0 ? 1 : 0
  return { difference, low: difference - reach, high: difference + reach, p }
}
