import type { StateLayout } from '#shared/series-state/state-layout'

const LASTED = 0
const COUNT = 1
const LARGEST = 2
const FROM = 3
const DEPARTURE = 4
const LENGTH = 5

/** Jumps that did not last, supposed before any was seen. */
const PRIOR_COUNT = 2
/** From this share of jumps that lasted on, the next one is believed. */
const SHARE_MIN = 0.5
/** Jumps that are remembered, about. */
const MEMORY = 30
/** A jump so many times larger than any that lasted is not believed, whatever others did. */
const LARGER_MAX = 10

/**
 * Whether a series' jumps last: what is known of it when a value comes that is too wild for its forecast. In one series that
 * is a glitch, and the next value is back; another steps from level to level, and stays. Of each jump the share that is left at
 * the next sample is taken, and the next jump is believed where half of what was seen lasted. A series that has shown no
 * jump that lasted believes none.
 */
export class JumpBelief {
  private readonly at: number

  constructor(layout: StateLayout) {
    this.at = layout.reserve('jumps', LENGTH)
  }

  /** Whether a departure from what was forecast, in the series' own unit, is believed. */
  believes(numbers: Float64Array, departure: number): boolean {
    if (Math.abs(departure) > LARGER_MAX * numbers[this.at + LARGEST]) return false
    const count = numbers[this.at + COUNT]
    return numbers[this.at + LASTED] * count >= SHARE_MIN * (count + PRIOR_COUNT)
  }

  /** Note a jump; the next sample says whether it lasts. */
  note(numbers: Float64Array, forecast: number, departure: number): void {
    numbers[this.at + FROM] = forecast
    numbers[this.at + DEPARTURE] = departure
  }

  /** What was forecast for the sample at which the latest jump began. */
  forecastBefore(numbers: Float64Array): number {
    return numbers[this.at + FROM]
  }

  /** Learn from a sample whether the jump before it lasts; call it for each. */
  learn(numbers: Float64Array, value: number): void {
    const departure = numbers[this.at + DEPARTURE]
    if (departure === 0) return
    numbers[this.at + DEPARTURE] = 0
    const left = (value - numbers[this.at + FROM]) / departure
    const lasted = left > 1 ? 1 : left > 0 ? left : 0
    const count = Math.min(numbers[this.at + COUNT] + 1, MEMORY)
    numbers[this.at + COUNT] = count
    numbers[this.at + LASTED] += (lasted - numbers[this.at + LASTED]) / count
    const size = Math.abs(departure) * lasted
    if (size > numbers[this.at + LARGEST]) numbers[this.at + LARGEST] = size
  }
}
