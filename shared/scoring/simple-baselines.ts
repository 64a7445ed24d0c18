import { phaseOf, type Season } from '#shared/series/season'

/** All simple methods, by name. */
export const BASELINES: readonly string[] = ['persistence', 'seasonal', 'seasonal-week', 'phase-mean']

/** Names of the simple methods that every backtest prints beside its own. */
export function baselineNames(season: Season): readonly string[] {
  return season.week > 0 ? BASELINES : BASELINES.filter((name) => name !== 'seasonal-week')
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
  /** Ring of the last two longest seasons, with the grid index that each place holds. */
  private readonly values: Float64Array
  private readonly held: Float64Array
  private readonly sums: Float64Array
  private readonly counts: Float64Array
  private readonly longest: number
  private newest = 0
  private last = Number.NaN

  constructor(private readonly season: Season) {
    this.longest = season.week || season.main
    this.values = new Float64Array(2 * this.longest)
    this.held = new Float64Array(2 * this.longest).fill(Number.NaN)
    this.sums = new Float64Array(this.longest)
    this.counts = new Float64Array(this.longest)
  }

  /** How many methods there are. */
  get count(): number {
    return this.season.week > 0 ? 4 : 3
  }

  take(index: number, value: number): void {
    this.newest = index
    this.last = value
    const place = phaseOf(index, this.values.length)
    this.values[place] = value
    this.held[place] = index
    const phase = phaseOf(index, this.longest)
    this.sums[phase] += value
    this.counts[phase]++
  }

  /**
   * Write the forecasts of leads 1…`leads` from the newest value, method after method in the order of `baselineNames`.
   * What is not known yet falls back on the method before it: the week on the season, the season on the last value.
   * @param out [methods, leads]
   */
  write(leads: number, out: Float64Array): void {
    const { main, week } = this.season
    const { last, longest, sums, counts, newest } = this
    out.fill(last, 0, leads)
    this.writeBack(main, leads, out, leads)
    if (week > 0) this.writeBack(week, leads, out, 2 * leads)
    const at = (this.count - 1) * leads
    let phase = phaseOf(newest, longest)
    for (let h = 0; h < leads; h++) {
      if (++phase === longest) phase = 0
      out[at + h] = counts[phase] > 0 ? sums[phase] / counts[phase] : last
    }
  }

  /** The value as many whole periods before each lead as it takes to have come; where there is none, what the method before says. */
  private writeBack(period: number, leads: number, out: Float64Array, at: number): void {
    const { values, held } = this
    const first = this.newest + 1 - period
    let place = phaseOf(first, values.length)
    for (let h = 0; h < Math.min(leads, period); h++) {
      out[at + h] = held[place] === first + h ? values[place] : out[at - leads + h]
      if (++place === values.length) place = 0
    }
    for (let h = period; h < leads; h++) out[at + h] = out[at + h - period]
  }

  /** The value at a grid index; NaN where there is none, or it lies more than two longest seasons back. */
  at(index: number): number {
    const place = phaseOf(index, this.values.length)
    return this.held[place] === index ? this.values[place] : Number.NaN
  }
}
