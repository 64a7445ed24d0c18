/** Shares of the wealth that are staked, side by side: small ones find small differences, large ones large differences soon. */
const STAKES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95] as const
/**
 * Distances from the margin that win or lose a whole stake, side by side: many related series make differences of a hundredth that hardly
 * vary from block to block, a single noisy one differences of a tenth and more.
 */
const SCALES = [0.01, 0.03, 0.1, 0.3] as const
const BETS = SCALES.flatMap((scale) => STAKES.map((stake) => ({ scale, stake })))

/**
 * Tests, at any time and as often as one likes, whether observations tend to be above `margin`.
 *
 * A gambler bets on it with play money. What a bet wins is the distance from the margin, cut at ± its scale. Where that is at most 0 on
 * average, given the past, no stake makes the wealth grow on average, and by Ville's inequality the chance that it ever reaches 1/α is
 * at most α. So one may look after every observation and stop when it pleases [Waudby-Smith and Ramdas, "Estimating means of bounded
 * random variables by betting", JRSS B 86 (2024)]. It is so at every scale for observations that lie symmetrically about the margin or
 * below it. The wealth here is the mean over several fixed bets, which is such a wealth itself.
 */
export class BettingTest {
  /** Logarithm of each bet's wealth. */
  private readonly wealths: Float64Array

  /** @param saved of an earlier run; one that had other bets begins anew */
  constructor(
    private readonly margin: number,
    saved?: readonly number[],
  ) {
    this.wealths = Float64Array.from(BETS, (_, i) => (saved?.length === BETS.length ? saved[i]! : 0))
  }

  add(observation: number): void {
    BETS.forEach(({ scale, stake }, i) => {
      const gain = Math.min(1, Math.max(-1, (observation - this.margin) / scale))
      this.wealths[i] = this.wealths[i]! + Math.log1p(stake * gain)
    })
  }

  /** The wealth, 1 at the start: evidence against "not above the margin". */
  get evidence(): number {
    return this.wealths.reduce((sum, wealth) => sum + Math.exp(wealth), 0) / BETS.length
  }

  /** What the constructor takes to go on. */
  save(): number[] {
    return [...this.wealths]
  }
}
