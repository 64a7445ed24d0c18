import { phaseOf, type Season } from '#shared/series/season'

/** Names of the simple methods that every backtest prints beside its own. */
export function baselineNames(season: Season): readonly string[] {
  return season.week > 0
    ? ['persistence', 'seasonal', 'seasonal-week', 'phase-mean']
    : ['persistence', 'seasonal', 'phase-mean']
}

/** The seasonal naive forecast that skill is measured against. */
export function longestNaiveName(season: Season): string {
  return season.week > 0 ? 'seasonal-week' : 'seasonal'
}

/**
 * The simple methods, computed apart from the line so that they check it: the last value; the value one season, and one
 * week, ago; the mean of the same phase (hour of the week) so far. One series; values come in order of their grid index.
 */
export class SimpleBaselines {
  private readonly values = new Map<number, number>()
  private readonly sums: Float64Array
  private readonly counts: Float64Array
  private readonly longest: number
  private newest = 0

  constructor(private readonly season: Season) {
    this.longest = season.week || season.main
    this.sums = new Float64Array(this.longest)
    this.counts = new Float64Array(this.longest)
  }

  /** @returns the change since the same phase one longest season before, or NaN */
  take(index: number, value: number): number {
    this.newest = index
    const change = value - (this.values.get(index - this.longest) ?? Number.NaN)
    this.values.set(index, value)
    this.values.delete(index - 2 * this.longest)
    const phase = phaseOf(index, this.longest)
    this.sums[phase] += value
    this.counts[phase]++
    return change
  }

  /**
   * Forecasts for a lead from the newest value, in the order of `baselineNames`.
   * What is not known yet falls back on the last value.
   */
  forecast(lead: number): number[] {
    const last = this.values.get(this.newest) ?? Number.NaN
    const back = (period: number) =>
      this.values.get(this.newest + lead - period * Math.ceil(lead / period)) ?? last
    const phase = phaseOf(this.newest + lead, this.longest)
    const mean = this.counts[phase] > 0 ? this.sums[phase] / this.counts[phase] : last
    return this.season.week > 0
      ? [last, back(this.season.main), back(this.season.week), mean]
      : [last, back(this.season.main), mean]
  }
}
