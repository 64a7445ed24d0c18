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

  /** Move every kept value by the same amount. */
  translate(numbers: Float64Array, by: number): void {
    for (let at = this.at; at < this.at + this.length; at++) numbers[at] += by
  }

  /** Make every kept value the same: what stands before a series' first sample. */
  fill(numbers: Float64Array, value: number): void {
    numbers.fill(value, this.at, this.at + this.length)
  }
}
