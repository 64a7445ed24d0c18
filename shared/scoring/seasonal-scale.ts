import type { Season } from '#shared/series/season'

/**
 * What MASE divides by: the mean absolute change of one series over its longest season (Hyndman and Koehler 2006), over the main one
 * where no whole longest season lies before the scored part.
 */
export class SeasonalScale {
  private readonly periods: readonly number[]
  private readonly sums: number[]
  private readonly counts: number[]

  constructor({ week, main }: Season) {
    this.periods = week > 0 ? [week, main] : [main]
    this.sums = this.periods.map(() => 0)
    this.counts = this.periods.map(() => 0)
  }

  /**
   * Take the next value.
   * @param before the value so many samples before it, or NaN
   */
  take(value: number, before: (period: number) => number): void {
    for (let p = 0; p < this.periods.length; p++) {
      const change = Math.abs(value - before(this.periods[p]))
      if (Number.isNaN(change)) continue
      this.sums[p] += change
      this.counts[p]++
    }
  }

  /** In the values' unit; NaN before a season has passed. */
  get value(): number {
    const longest = this.counts.findIndex((count) => count > 0)
    return longest < 0 ? Number.NaN : this.sums[longest] / this.counts[longest]
  }
}
