import { phaseOf, type Season } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'

const LEVEL = 0
const COUNT = 1
/** Of the learned weights ω and κ: numerator and denominator each. */
const WEEK_WEIGHT = 2
const CARRY = 4
const HEAD = 6

/** Seasons over which it is learned how far the series follows its profile. */
const CARRY_SEASONS = 28

/**
 * Level, profile of the day and, where the cadence is below a day, a weekly deviation whose weight is learned.
 *
 * With p and k the phases of the day and the week, on each observed value y:
 *
 *     l += (y − l) / min(n, 7S)          r = y − l
 *     d = r − day[p]                      (k seen before: ω = clip(E[d·week[k]] / E[week[k]²], 0, 1))
 *     day[p]  += max(0.1, 1/count[p]) (r − day[p])
 *     week[k] += max(0.1, 1/(count[k]+1)) (r − day[p] − week[k])
 *
 * How far the series follows the profile of the day at all is learned from what it changed by over half a season, L = ⌊S/2⌋:
 *
 *     κ = clip(E[(y[t] − y[t−L]) (day[p(t)] − day[p(t−L)])] / E[(day[p(t)] − day[p(t−L)])²], 0, 1)
 *
 * by what the profile said before y[t]. A random walk has a profile, too, and κ is what it is worth.
 *
 * Expectations are exponentially weighted over four weeks, that of κ over 28 seasons. Deseasonalising first is the largest single gain measured
 * for this kind of data; the learned ω lets one recipe serve series with and without a week.
 */
export class SeasonalProfile {
  /** L, half a season in samples. */
  readonly half: number
  private readonly at: number
  private readonly day: number
  private readonly dayCount: number
  private readonly week: number
  private readonly weekCount: number

  constructor(
    layout: StateLayout,
    private readonly season: Season,
  ) {
    this.half = Math.floor(season.main / 2)
    this.at = layout.reserve('profile', HEAD)
    this.day = layout.reserve('profile-day', season.main)
    this.dayCount = layout.reserve('profile-day-count', season.main)
    this.week = layout.reserve('profile-week', season.week)
    this.weekCount = layout.reserve('profile-week-count', season.week)
  }

  /** Slow level of the series, in its own unit. */
  level(numbers: Float64Array): number {
    return numbers[this.at + LEVEL]
  }

  /** Seasonal deviation from the level expected at a grid index: day, plus week by its learned weight. */
  deviation(numbers: Float64Array, index: number): number {
    return this.deviationBy(numbers, index, this.weekWeight(numbers))
  }

  /** As `deviation`, for many indices of one series. @param weight its `weekWeight` now */
  deviationBy(numbers: Float64Array, index: number, weight: number): number {
    const day = numbers[this.day + phaseOf(index, this.season.main)]
    if (this.season.week === 0) return day
    return day + weight * numbers[this.week + phaseOf(index, this.season.week)]
  }

  /** Deviation by the profile of the day alone. */
  dayDeviation(numbers: Float64Array, index: number): number {
    return numbers[this.day + phaseOf(index, this.season.main)]
  }

  /**
   * Write the deviations expected at a grid index and at each of the `horizon` after it, from `at` on.
   * @param day receives those of the profile of the day alone
   * @param whole receives those of `deviation`
   */
  writeAhead(
    numbers: Float64Array,
    index: number,
    horizon: number,
    day: Float64Array,
    whole: Float64Array,
    at: number,
  ): void {
    const { main, week } = this.season
    let p = phaseOf(index, main)
    for (let h = 0; h <= horizon; h++) {
      day[at + h] = whole[at + h] = numbers[this.day + p]
      if (++p === main) p = 0
    }
    if (week === 0) return
    const weight = this.weekWeight(numbers)
    let k = phaseOf(index, week)
    for (let h = 0; h <= horizon; h++) {
      whole[at + h] += weight * numbers[this.week + k]
      if (++k === week) k = 0
    }
  }

  /** ω in [0, 1]: how much of the weekly deviation is believed. */
  weekWeight(numbers: Float64Array): number {
    return readWeight(numbers, this.at + WEEK_WEIGHT, 0)
  }

  /** κ in [0, 1]: how far the series follows the profile of the day over half a season. 1 until something is known. */
  carry(numbers: Float64Array): number {
    return readWeight(numbers, this.at + CARRY, 1)
  }

  /**
   * Learn κ from an observed value; before `learn`, which makes the value part of the profile.
   * @param change by which the value differs from the one half a season before
   */
  learnCarry(numbers: Float64Array, index: number, change: number): void {
    const { half } = this
    const { main } = this.season
    // Before that, some phase of the two was never seen.
    if (half === 0 || numbers[this.at + COUNT] < main + half) return
    const expected = this.dayDeviation(numbers, index) - this.dayDeviation(numbers, index - half)
    learnWeight(numbers, this.at + CARRY, change, expected, CARRY_SEASONS * main)
  }

  /** Move the level. */
  translate(numbers: Float64Array, by: number): void {
    numbers[this.at + LEVEL] += by
  }

  /** Learn from an observed value. */
  learn(numbers: Float64Array, index: number, value: number): void {
    const { main, week } = this.season
    const count = ++numbers[this.at + COUNT]
    numbers[this.at + LEVEL] += (value - numbers[this.at + LEVEL]) / Math.min(count, 7 * main)
    const residual = value - numbers[this.at + LEVEL]

    const p = phaseOf(index, main)
    const dayAt = this.day + p
    if (week > 0) this.learnWeekWeight(numbers, index, residual - numbers[dayAt])
    const dayCount = ++numbers[this.dayCount + p]
    numbers[dayAt] += Math.max(0.1, 1 / dayCount) * (residual - numbers[dayAt])

    if (week > 0) {
      const k = phaseOf(index, week)
      const weekCount = ++numbers[this.weekCount + k]
      numbers[this.week + k] +=
        Math.max(0.1, 1 / (weekCount + 1)) * (residual - numbers[dayAt] - numbers[this.week + k])
    }
  }

  private learnWeekWeight(numbers: Float64Array, index: number, deviation: number): void {
    const k = phaseOf(index, this.season.week)
    if (numbers[this.weekCount + k] === 0) return
    learnWeight(numbers, this.at + WEEK_WEIGHT, deviation, numbers[this.week + k], 4 * this.season.week)
  }
}

/** How far what came follows what was expected, in [0, 1]. @param unknown while nothing is known */
function readWeight(numbers: Float64Array, at: number, unknown: number): number {
  const denominator = numbers[at + 1]
  if (!(denominator > 0)) return unknown
  const weight = numbers[at] / denominator
  return weight < 0 ? 0 : weight > 1 ? 1 : weight
}

/** Least squares through the origin, exponentially weighted. @param memory samples */
function learnWeight(
  numbers: Float64Array,
  at: number,
  came: number,
  expected: number,
  memory: number,
): void {
  numbers[at] += (came * expected - numbers[at]) / memory
  numbers[at + 1] += (expected * expected - numbers[at + 1]) / memory
}
