import { phaseOf } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'

const COUNT = 0
const ROWS = 1

/** Steps to a unit: three decimals of a feature are kept. */
const UNIT = 1024
const SIGN = 0x8000
/** Below the patterns of bits in which four halves would make a number of the state a NaN. */
const SIZE_MAX = 0x7fef

/**
 * Ring of the latest rows of features of a series, for weights that begin to serve without having shadowed: what they
 * would have seen.
 *
 * Each feature is kept as sign and size in 16 bits, within ±31.98, four to a number of the state: enough to warm a hidden state
 * up with.
 */
export class RecentRows {
  private readonly at: number
  /** The rows of each state as halves of its numbers. */
  private readonly views = new WeakMap<Float64Array, Uint16Array>()

  constructor(
    layout: StateLayout,
    /** Rows kept. */
    readonly length: number,
    /** F */
    private readonly features: number,
  ) {
    this.at = layout.reserve('recent-rows', ROWS + Math.ceil((length * features) / 4))
  }

  /**
   * Keep the row of the newest grid cell.
   * @param rows [≥ rowAt + F]
   */
  write(numbers: Float64Array, index: number, rows: Float32Array, rowAt: number): void {
    const halves = this.halves(numbers)
    const from = phaseOf(index, this.length) * this.features
    for (let f = 0; f < this.features; f++) {
      const steps = Math.round(rows[rowAt + f]! * UNIT)
      const size = Math.min(SIZE_MAX, Math.abs(steps))
      halves[from + f] = steps < 0 ? size | SIGN : size
    }
    numbers[this.at + COUNT] = Math.min(this.length, numbers[this.at + COUNT]! + 1)
  }

  /** @param rows receives F features from `rowAt` on; they mean something for the newest `count` cells alone */
  read(numbers: Float64Array, index: number, rows: Float32Array, rowAt: number): void {
    const halves = this.halves(numbers)
    const from = phaseOf(index, this.length) * this.features
    for (let f = 0; f < this.features; f++) {
      const half = halves[from + f]!
      rows[rowAt + f] = (half & SIGN ? -(half & ~SIGN) : half) / UNIT
    }
  }

  /** Rows without a gap up to the newest. */
  count(numbers: Float64Array): number {
    return numbers[this.at + COUNT]!
  }

  /** The next row does not follow on the last. */
  break(numbers: Float64Array): void {
    numbers[this.at + COUNT] = 0
  }

  private halves(numbers: Float64Array): Uint16Array {
    const known = this.views.get(numbers)
    if (known) return known
    const at = numbers.byteOffset + 8 * (this.at + ROWS)
    const halves = new Uint16Array(numbers.buffer, at, this.length * this.features)
    this.views.set(numbers, halves)
    return halves
  }
}
