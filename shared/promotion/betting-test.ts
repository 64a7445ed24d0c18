/** Means by standard deviations of what is observed that the bets are the best for, side by side. */
const RATIOS = [0.3, 0.7, 1.5] as const
/** A bet stakes less than everything, so that no single loss ends it. */
const STAKE_MAX = 0.98

/**
 * Tests, at any time and as often as one likes, whether observations tend to be above `margin`.
 *
 * A gambler is told how far the next observation x lies from the margin, and bets play money on the side. Where x is symmetric about the
 * margin given the past, or lies lower, no stake makes the wealth grow on average, and by Ville's inequality the chance that it ever
 * reaches 1/α is at most α. So one may look after every observation and stop when it pleases [Waudby-Smith and Ramdas, "Estimating
 * means of bounded random variables by betting", JRSS B 86 (2024)].
 *
 * If x were normal with mean μ and standard deviation σ, the odds of the upper side would be exp(2 μ|x| / σ²), and the stake at which the
 * wealth grows fastest [Kelly, "A new interpretation of information rate", 1956] is tanh(μ|x| / σ²), which is
 * tanh(ρ √(1 + ρ²) |x| / s) with ρ = μ / σ and the root mean square s = √(μ² + σ²). s is that of the observations so far, this one's
 * distance among them: the scale is learned, whether differences are a thousandth or a tenth. The wealth is the mean over a few ρ.
 */
export class BettingTest {
  /** Logarithm of each bet's wealth. */
  private readonly wealths: Float64Array
  /** Sums over the distances from the margin, and how many there were. */
  private sum: number
  private squares: number
  private count: number

  /** @param saved of an earlier run; one that had other bets begins anew */
  constructor(
    private readonly margin: number,
    saved?: readonly number[],
  ) {
    const known = saved?.length === RATIOS.length + 3 ? saved : null
    this.wealths = Float64Array.from(RATIOS, (_, i) => known?.[i] ?? 0)
    this.sum = known?.[RATIOS.length] ?? 0
    this.squares = known?.[RATIOS.length + 1] ?? 0
    this.count = known?.[RATIOS.length + 2] ?? 0
  }

  add(observation: number): void {
    const distance = observation - this.margin
    this.sum += distance
    this.squares += distance * distance
    this.count++
    if (distance === 0) return
    const size = distance / Math.sqrt(this.squares / this.count)
    RATIOS.forEach((ratio, i) => {
      const stake = STAKE_MAX * Math.tanh(ratio * Math.sqrt(1 + ratio * ratio) * size)
      this.wealths[i] = this.wealths[i]! + Math.log1p(stake)
    })
  }

  /** The wealth, 1 at the start: evidence against "not above the margin". */
  get evidence(): number {
    return this.wealths.reduce((sum, wealth) => sum + Math.exp(wealth), 0) / RATIOS.length
  }

  /**
   * Whether it can be expected to reach `evidence` with so many more observations, if their mean lies as high as that of those so far
   * and its standard error allow: the wealth of the best stake then grows by about ½ log(1 + ρ²) each time.
   */
  mayReach(evidence: number, more: number): boolean {
    const { count } = this
    if (count === 0) return true
    const mean = this.sum / count
    const variance = this.squares / count - mean * mean
    const ratio = Math.max(0, mean / Math.sqrt(Math.max(variance, 1e-12)) + 1 / Math.sqrt(count))
    return Math.log(this.evidence) + (more * Math.log1p(ratio * ratio)) / 2 >= Math.log(evidence)
  }

  /** What the constructor takes to go on. */
  save(): number[] {
    return [...this.wealths, this.sum, this.squares, this.count]
  }
}
