/** Twelfths of a year are told by two decimals, as 1949.08 has them: .08 is .04 of a month short of one. */
const MONTH_TOLERANCE = 0.05

/**
 * Years with a fraction, as R writes the times of its series: 1949.083 is the second month of 1949. Where every time is a whole number of
 * twelfths, months and quarters begin on their first day; other fractions are shares of their own year.
 */
export class DecimalYears {
  #numbers = 0
  #areYears = true
  #areMonths = true

  push(value: number): void {
    this.#numbers++
    if (value < 1500 || value >= 2300) this.#areYears = false
    const months = 12 * value
    if (Math.abs(months - Math.round(months)) > MONTH_TOLERANCE) this.#areMonths = false
  }

  /** Whether every number may be a year: 1500 to 2299, as in `parseCompactTime`. */
  get areYears(): boolean {
    return this.#numbers > 0 && this.#areYears
  }

  /** Milliseconds since 1970. */
  timeOf(value: number): number {
    if (this.#areMonths) return Date.UTC(1970, Math.round(12 * (value - 1970)))
    const year = Math.floor(value)
    const [from, to] = [Date.UTC(year, 0), Date.UTC(year + 1, 0)]
    return Math.round(from + (value - year) * (to - from))
  }
}
