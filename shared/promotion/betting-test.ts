/** Shares of the wealth that are staked, side by side: small ones find small differences, large ones large differences soon. */
const STAKES = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95] as const

/**
 * Tests, at any time and as often as one likes, whether bounded observations are above `margin` on average.
 *
 * A gambler bets on it with play money: under the hypothesis that each observation's mean, given the past, is at most the
 * margin, no stake makes the wealth grow on average, and by Ville's inequality the chance that it ever reaches 1/α is at
 * most α. So one may look after every observation and stop when it pleases [Waudby-Smith and Ramdas, "Estimating means of
 * bounded random variables by betting", JRSS B 86 (2024)]. The wealth here is the mean of those of several fixed stakes,
 * which is such a wealth itself.
 */
export class BettingTest {
  /** Logarithm of each stake's wealth. */
  private readonly wealths: Float64Array

  /** @param margin in (−1, 1) */
  constructor(
    private readonly margin: number,
    saved?: readonly number[],
  ) {
    this.wealths = Float64Array.from(saved ?? STAKES, (wealth) => (saved ? wealth : 0))
  }

  /** @param observation in [−1, 1] */
  add(observation: number): void {
    const gain = (observation - this.margin) / (1 + this.margin)
    STAKES.forEach((stake, i) => {
      this.wealths[i] = this.wealths[i]! + Math.log1p(stake * gain)
    })
  }

  /** The wealth, 1 at the start: evidence against "not above the margin". */
  get evidence(): number {
    return this.wealths.reduce((sum, wealth) => sum + Math.exp(wealth), 0) / STAKES.length
  }

  /** What the constructor takes to go on. */
  save(): number[] {
    return [...this.wealths]
  }
}
