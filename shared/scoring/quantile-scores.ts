import { LEVELS, type PublishedLevels } from '#shared/forecast/quantile-levels'
import { dividedBy } from './divided-by.js'

export interface QuantileScore {
  /** Mean pinball score. */
  readonly pinball: number
  /** Share of outcomes below the quantile; of those that equal it, half. */
  readonly below: number
}

/** How good published quantiles are: Q levels, scored by pinball loss, and by the ranks that outcomes take among them. */
export class QuantileScores {
  /** [Q], and 1 for each level of the tracked bands, else 0: as arrays, for what is read with each outcome. */
  private readonly levels: Float64Array
  private readonly ofTracked: Float64Array
  /** [Q] sums of pinball scores. */
  private readonly pinballs: Float64Array
  /** [Q + 1] outcomes by the number of quantiles that they are not below: a rank histogram [Hamill 2001]. */
  private readonly ranks: Float64Array
  /** [Q] outcomes that equal the quantile. */
  private readonly ties: Float64Array
  private crpsSum = 0

  constructor(private readonly published: PublishedLevels) {
    const { levels, tracked } = published
    this.levels = Float64Array.from(levels)
    this.ofTracked = Float64Array.from(levels, (_, q) => (tracked.includes(q) ? 1 : 0))
    this.pinballs = new Float64Array(levels.length)
    this.ranks = new Float64Array(levels.length + 1)
    this.ties = new Float64Array(levels.length)
  }

  /**
   * Count an outcome.
   * @param quantiles holds Q of them, not falling, from `at` on
   * @param unit what losses are divided by
   * @returns the CRPS, by the levels of the tracked bands: whoever asks for more levels can still compare
   */
  add(value: number, quantiles: Float64Array, at: number, unit: number): number {
    const { levels, ofTracked, pinballs, ties } = this
    const count = levels.length
    let sum = 0
    let q = 0
    // Up to the outcome, and from there on: asking each quantile on which side it lies costs more than its score.
    for (; q < count && value >= quantiles[at + q]; q++) {
      const over = value - quantiles[at + q]
      if (over === 0) ties[q]++
      const loss = levels[q] * over
      pinballs[q] += dividedBy(loss, unit)
      sum += ofTracked[q] * loss
    }
    this.ranks[q]++
    for (; q < count; q++) {
      const loss = (1 - levels[q]) * (quantiles[at + q] - value)
      pinballs[q] += dividedBy(loss, unit)
      sum += ofTracked[q] * loss
    }
    const crps = dividedBy((2 * sum) / LEVELS.length, unit)
    this.crpsSum += crps
    return crps
  }

  /** Mean of what `add` returned. */
  get crps(): number {
    return this.crpsSum / total(this.ranks)
  }

  /** By nominal coverage: share of outcomes in each central band, ends included. */
  coverage(): Readonly<Record<string, number>> {
    const { ranks, ties } = this
    const all = total(ranks)
    const notBelow = (q: number) => total(ranks.subarray(q + 1))
    return Object.fromEntries(
      this.published.central.map(({ nominal, low, high }) => {
        const above = notBelow(high) - ties[high]
        return [String(nominal), (notBelow(low) - above) / all]
      }),
    )
  }

  /** By level. */
  byLevel(): Readonly<Record<string, QuantileScore>> {
    const { ranks, ties, pinballs } = this
    const all = total(ranks)
    return Object.fromEntries(
      this.published.levels.map((level, q) => {
        const below = total(ranks.subarray(0, q + 1)) + ties[q] / 2
        return [String(level), { pinball: pinballs[q] / all, below: below / all }]
      }),
    )
  }
}

function total(counts: Float64Array): number {
  return counts.reduce((sum, count) => sum + count, 0)
}
