import { type RunningScale, UNKNOWN_SCALE } from '#shared/encoding/running-scale'
import type { Season } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'

/** Samples beyond the first season before it is frozen: a regression that starts on a rough scale takes long to recover. */
const START = 30
/** Once the running spread is so many times the frozen one, the series is another one. */
const SPREAD_RATIO_MAX = 8

const CENTER = 0
const UNIT = 1
const LENGTH = 2

/** The scale that a series' regressions learn in: it follows the series until they learn, and is frozen then, because weights mean nothing in another one. */
export class FrozenScale {
  private readonly at: number
  private readonly start: number

  constructor(
    layout: StateLayout,
    private readonly scale: RunningScale,
    season: Season,
  ) {
    this.at = layout.reserve('frozen-scale', LENGTH)
    this.start = season.main + START
  }

  /** In the series' own unit, as is `unit`. */
  center(numbers: Float64Array): number {
    return numbers[this.at + CENTER]
  }

  unit(numbers: Float64Array): number {
    return numbers[this.at + UNIT]
  }

  /** Whether there were samples enough to freeze it. */
  frozen(numbers: Float64Array): boolean {
    return this.scale.count(numbers) > this.start
  }

  /**
   * Take a sample up, after the running scale has.
   * @returns whether it was frozen and is another one now: what was learned in it means nothing any more
   */
  hold(numbers: Float64Array): boolean {
    const frozen = this.frozen(numbers)
    const spread = this.scale.spread(numbers)
    const unit = numbers[this.at + UNIT]
    // What stood in while there were zeros alone says nothing of a series that is smaller still.
    const holds = unit === UNKNOWN_SCALE ? spread === unit : spread <= SPREAD_RATIO_MAX * unit
    if (frozen && unit > 0 && holds) return false
    numbers[this.at + CENTER] = this.scale.mean(numbers)
    numbers[this.at + UNIT] = spread
    return frozen && unit > 0
  }

  /** Go with the series to a level that it has jumped to. */
  translate(numbers: Float64Array, by: number): void {
    numbers[this.at + CENTER] += by
  }
}
