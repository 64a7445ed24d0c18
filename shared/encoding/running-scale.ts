import type { StateLayout } from '#shared/series-state/state-layout'

const COUNT = 0
const MEAN = 1
const SQUARE = 2
const STEP_SQUARE = 3
const STEP_ABSOLUTE = 4
const MIN = 5
const MAX = 6
const MIN_COUNT = 7
const MAX_COUNT = 8
const LENGTH = 9

/** So many values at the very same extreme, and this share of all, make it a bound that the series does not pass. */
const BOUND_COUNT = 20
const BOUND_SHARE = 0.01

/** Stands in for the scale of a series that has shown nothing but zeros. */
export const UNKNOWN_SCALE = 1e-9

/** Running location and scale of a series, exponentially weighted, and the range seen so far. All in the series' own unit. */
export class RunningScale {
  private readonly at: number
  private readonly meanMemory: number
  private readonly squareMemory: number
  private readonly stepMemory: number

  /** @param main samples in the main period S: the mean remembers one, the spread twenty */
  constructor(layout: StateLayout, main: number) {
    this.at = layout.reserve('scale', LENGTH)
    this.meanMemory = Math.max(8, main)
    this.squareMemory = 20 * this.meanMemory
    this.stepMemory = Math.min(2000, this.squareMemory)
  }

  /** Observed values learned from. */
  count(numbers: Float64Array): number {
    return numbers[this.at + COUNT]
  }

  /** Mean over about one main period. */
  mean(numbers: Float64Array): number {
    return numbers[this.at + MEAN]
  }

  /** Root mean square deviation from the mean; never 0. */
  spread(numbers: Float64Array): number {
    return Math.max(Math.sqrt(numbers[this.at + SQUARE]), this.floor(numbers))
  }

  /** Root mean square step between neighbouring samples; never 0. */
  step(numbers: Float64Array): number {
    return Math.max(Math.sqrt(numbers[this.at + STEP_SQUARE]), this.floor(numbers))
  }

  /** Mean absolute step between neighbouring samples; 0 for a constant series. */
  absoluteStep(numbers: Float64Array): number {
    return numbers[this.at + STEP_ABSOLUTE]
  }

  min(numbers: Float64Array): number {
    return numbers[this.at + MIN]
  }

  max(numbers: Float64Array): number {
    return numbers[this.at + MAX]
  }

  /** Whether the lowest value is a floor, as zero is for counts: it was met again and again and never passed. */
  hasFloor(numbers: Float64Array): boolean {
    return isBound(numbers[this.at + MIN_COUNT], numbers[this.at + COUNT])
  }

  /** Whether the highest value is a ceiling. */
  hasCeiling(numbers: Float64Array): boolean {
    return isBound(numbers[this.at + MAX_COUNT], numbers[this.at + COUNT])
  }

  /**
   * Smallest scale that anything is divided by: 1 % of a quarter of the range, and for a constant series a millionth
   * of its size, so that a stuck sensor gives no division by zero. Both go with the series' unit, whatever that is.
   */
  private floor(numbers: Float64Array): number {
    const range = numbers[this.at + MAX] - numbers[this.at + MIN]
    const floor = Math.max(0.0025 * range, 1e-6 * Math.abs(numbers[this.at + MEAN]))
    return floor > 0 ? floor : UNKNOWN_SCALE
  }

  /**
   * Go with the series to a level that it has jumped to. The spread stays. The range stays too, and grows into the new level, unless
   * that lies farther off than all that was seen: then the range moves, lest a range that has become mostly the jump set the floor
   * under everything that is divided by it, for ever.
   */
  translate(numbers: Float64Array, by: number): void {
    const at = this.at
    numbers[at + MEAN] += by
    if (Math.abs(by) <= numbers[at + MAX] - numbers[at + MIN]) return
    numbers[at + MIN] += by
    numbers[at + MAX] += by
    numbers[at + MIN_COUNT] = 0
    numbers[at + MAX_COUNT] = 0
  }

  /**
   * Learn from an observed value.
   * @param previous the sample before it, or NaN for the first
   */
  learn(numbers: Float64Array, value: number, previous: number): void {
    const at = this.at
    const count = ++numbers[at + COUNT]
    if (count === 1 || value < numbers[at + MIN]) numbers[at + MIN_COUNT] = 0
    if (count === 1 || value > numbers[at + MAX]) numbers[at + MAX_COUNT] = 0
    if (count === 1 || value <= numbers[at + MIN]) numbers[at + MIN_COUNT]++
    if (count === 1 || value >= numbers[at + MAX]) numbers[at + MAX_COUNT]++
    if (count === 1) {
      numbers[at + MEAN] = value
      numbers[at + MIN] = value
      numbers[at + MAX] = value
      return
    }
    numbers[at + MEAN] += (value - numbers[at + MEAN]) / Math.min(count, this.meanMemory)
    const deviation = value - numbers[at + MEAN]
    numbers[at + SQUARE] +=
      (deviation * deviation - numbers[at + SQUARE]) / Math.min(count - 1, this.squareMemory)
    const step = value - previous
    const stepMemory = Math.min(count - 1, this.stepMemory)
    numbers[at + STEP_SQUARE] += (step * step - numbers[at + STEP_SQUARE]) / stepMemory
    numbers[at + STEP_ABSOLUTE] += (Math.abs(step) - numbers[at + STEP_ABSOLUTE]) / stepMemory
    if (value < numbers[at + MIN]) numbers[at + MIN] = value
    if (value > numbers[at + MAX]) numbers[at + MAX] = value
  }
}

function isBound(met: number, count: number): boolean {
  return met >= BOUND_COUNT && met >= BOUND_SHARE * count
}
