import { phaseOf } from '#shared/series/season'
import type { StateLayout } from '#shared/series-state/state-layout'
import type { Knots } from './knots.js'

/** Places within one pending forecast. The experts' forecasts follow, and then what the head said by itself, where that is kept. */
export const ORIGIN = 0
export const MEAN = 1
export const MEDIAN = 2
/** Half widths, one per band. */
export const HALF_WIDTHS = 3
export const VERSION = 6
export const SHADOW = 7
export const SHADOW_VERSION = 8
export const NAIVE = 9
export const EXPERTS = 10

/**
 * What was forecast for the knots' targets and waits for the outcome: per knot a ring of as many entries as its lead, so
 * that the entry of an origin is met again exactly when its target comes.
 */
export class PendingForecasts {
  readonly entry: number
  /** Place of what the head said by itself; −1 where it is not kept. */
  readonly head: number
  private readonly at: number
  private readonly starts: Int32Array
  /** Origins before this one knew nothing of the level that the series has now. */
  private readonly validAt: number

  constructor(
    layout: StateLayout,
    private readonly knots: Knots,
    experts: number,
    keepsHead: boolean,
  ) {
    this.head = keepsHead ? EXPERTS + experts : -1
    this.entry = EXPERTS + experts + (keepsHead ? 1 : 0)
    this.validAt = layout.reserve('pending-valid', 1)
    this.at = layout.reserve('pending', knots.pending * this.entry)
    this.starts = new Int32Array(knots.leads.length)
    let start = 0
    knots.leads.forEach((lead, k) => {
      this.starts[k] = start
      start += lead
    })
  }

  /** Where the entry of an origin stands, to be written. */
  place(knot: number, originIndex: number): number {
    const slot = phaseOf(originIndex, this.knots.leads[knot])
    return this.at + (this.starts[knot] + slot) * this.entry
  }

  /**
   * Where the forecasts for a target stand.
   * @param places receives one for each knot, −1 where none was issued
   */
  find(numbers: Float64Array, targetIndex: number, places: Int32Array): void {
    const { leads } = this.knots
    for (let knot = 0; knot < leads.length; knot++) {
      const origin = targetIndex - leads[knot]
      const at = this.place(knot, origin)
      places[knot] = numbers[at + ORIGIN] === origin ? at : -1
    }
  }

  /** Nothing is to be learned any more from what was forecast before this origin. */
  outdate(numbers: Float64Array, origin: number): void {
    numbers[this.validAt] = origin
  }

  /** Whether an entry is to be learned from. */
  teaches(numbers: Float64Array, at: number): boolean {
    return numbers[at + ORIGIN] >= numbers[this.validAt]
  }

  /** Before the first forecast: no entry has an origin. */
  clear(numbers: Float64Array): void {
    numbers[this.validAt] = Number.NEGATIVE_INFINITY
    const end = this.at + this.knots.pending * this.entry
    for (let at = this.at; at < end; at += this.entry) numbers[at + ORIGIN] = Number.NaN
  }
}
