import type { StateLayout } from '#shared/series-state/state-layout'

/** Largest past values that are kept. */
const KEPT = 64
/** The tail begins at this share of the past, or at the fifth largest value. */
const TAIL_SHARE = 0.01
const TAIL_MIN = 5
/** The Hill index is shrunk towards 2 as if so many more values had spoken for it. */
const PRIOR_INDEX = 2
const PRIOR_WEIGHT = 5
const INDEX_MAX = 8

/**
 * How rare a statistic's value is among all that it was before, in decades: −log10 of its tail probability.
 *
 * The tail is a Pareto law above the k-th largest past value x_k, k = 1 % of n: p = k / (n + 1) · (x / x_k)^−a, with Hill's
 * index a [Hill 1975]. Between the smallest value kept and x_k the decades rise linearly; below they are 0. Memory and work
 * are bounded: the largest values alone are kept, in order.
 */
export class TailSurprise {
  private readonly at: number

  constructor(layout: StateLayout, name: string) {
    // Values seen, then the largest of them, falling.
    this.at = layout.reserve(name, 1 + KEPT)
  }

  /** Values seen so far. */
  count(numbers: Float64Array): number {
    return numbers[this.at]
  }

  /**
   * @param value ≥ 0
   * @param floor > 0, added to every value, so that what is hardly above 0 is not called rare among zeros
   * @returns decades ≥ 0, finite
   */
  decades(numbers: Float64Array, value: number, floor: number): number {
    if (numbers[this.at] < TAIL_MIN) return 0
    const { k, smallest, border, atBorder } = this.tail(numbers, floor)
    const x = value + floor
    if (x <= smallest) return 0
    if (x <= border) return (atBorder * (x - smallest)) / (border - smallest)
    return atBorder + this.index(numbers, k, floor) * Math.log10(x / border)
  }

  /**
   * The value that is so rare: the inverse of `decades`.
   * @param decades > 0
   * @returns 0 while too little was seen
   */
  valueAt(numbers: Float64Array, decades: number, floor: number): number {
    if (numbers[this.at] < TAIL_MIN) return 0
    const { k, smallest, border, atBorder } = this.tail(numbers, floor)
    if (decades <= atBorder) return smallest + (decades / atBorder) * (border - smallest) - floor
    return border * 10 ** ((decades - atBorder) / this.index(numbers, k, floor)) - floor
  }

  /** Where the tail begins, and how rare what lies beyond is. */
  private tail(numbers: Float64Array, floor: number) {
    const count = numbers[this.at]
    const first = this.at + 1
    const kept = Math.min(count, KEPT)
    const k = Math.min(kept, Math.max(TAIL_MIN, Math.floor(TAIL_SHARE * count)))
    const border = numbers[first + k - 1] + floor
    const smallest = numbers[first + kept - 1] + floor
    return { k, smallest, border, atBorder: Math.log10((count + 1) / k) }
  }

  /** Hill's index of the values above the k-th. */
  private index(numbers: Float64Array, k: number, floor: number): number {
    const first = this.at + 1
    const border = numbers[first + k - 1] + floor
    let logs = 0
    for (let i = 0; i < k - 1; i++) logs += Math.log((numbers[first + i] + floor) / border)
    const index = (k - 1 + PRIOR_WEIGHT) / (logs + PRIOR_WEIGHT / PRIOR_INDEX)
    return Math.min(INDEX_MAX, Math.max(1, index))
  }

  /** Take a value into the past. */
  learn(numbers: Float64Array, value: number): void {
    const first = this.at + 1
    const kept = Math.min(numbers[this.at]++, KEPT)
    let i = kept
    if (kept === KEPT) {
      if (value <= numbers[first + KEPT - 1]) return
      i = KEPT - 1
    }
    for (; i > 0 && numbers[first + i - 1] < value; i--) numbers[first + i] = numbers[first + i - 1]
    numbers[first + i] = value
  }
}
