import { phaseOf } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'

/** Ring of a series' latest values on its grid, long enough for the longest season; stand-ins where nothing was observed. */
export class ValueHistory {
  private readonly at: number
  constructor(
    layout: StateLayout,
    /** Values kept. */
    readonly length: number,
  ) {
    this.at = layout.reserve('history', length)
  }

  set(numbers: Float64Array, index: number, value: number): void {
    numbers[this.at + phaseOf(index, this.length)] = value
  }

  /** Value at a grid index no more than `length - 1` before the newest. */
  get(numbers: Float64Array, index: number): number {
    return numbers[this.at + phaseOf(index, this.length)]
  }

  /**
   * Copy the values of `count` consecutive grid indices.
   * @param from first of them, as in `get`
   * @param out receives them from `to` on
   */
  read(numbers: Float64Array, from: number, count: number, out: Float64Array, to: number): void {
    const { at, length } = this
    let place = phaseOf(from, length)
    for (let i = 0; i < count; i++) {
      out[to + i] = numbers[at + place]
      if (++place === length) place = 0
    }
  }

  /** Sum of `count` values, from a grid index backwards. */
  sumBack(numbers: Float64Array, from: number, count: number): number {
    const { at, length } = this
    let place = phaseOf(from, length)
    let sum = 0
    for (let i = 0; i < count; i++) {
      sum += numbers[at + place]
      if (--place < 0) place = length - 1
    }
    return sum
  }

  /** Move every kept value by the same amount. */
  translate(numbers: Float64Array, by: number): void {
    for (let at = this.at; at < this.at + this.length; at++) numbers[at] += by
  }

  /** Make every kept value the same: what stands before a series' first sample. */
  fill(numbers: Float64Array, value: number): void {
    numbers.fill(value, this.at, this.at + this.length)
  }
}
