import { dividedBy } from './divided-by.js'

export interface ErrorSummary {
  readonly mse: number
  readonly mae: number
  readonly mase: number
}

const SQUARED = 0
const ABSOLUTE = 1
const SCALED = 2
const SUMS = 3

/**
 * Errors of several forecasters by lead: mean squared, mean absolute, and absolute scaled by each series' own difficulty. What they
 * forecast is the same, so that they share their counts.
 */
export class ErrorSums {
  /** [H] targets, and those whose series has a scale. */
  private readonly counts: Float64Array
  private readonly scaledCounts: Float64Array
  /** [H, forecasters, SUMS] */
  private readonly sums: Float64Array

  /** @param horizon H */
  constructor(
    private readonly forecasters: number,
    horizon: number,
  ) {
    this.counts = new Float64Array(horizon)
    this.scaledCounts = new Float64Array(horizon)
    this.sums = new Float64Array(horizon * forecasters * SUMS)
  }

  /**
   * Count a target, and what every forecaster errs there.
   * @param lead 1…H
   * @param point error of the first forecaster's mean, for the squared error
   * @param median error of its median, for the absolute error
   * @param scale what MASE divides by; not above 0 leaves the series out of MASE
   * @param value the outcome
   * @param unit what errors are divided by
   * @param said holds what the other forecasters said, from `from` on
   */
  add(
    lead: number,
    point: number,
    median: number,
    scale: number,
    value: number,
    unit: number,
    said: ArrayLike<number>,
    from: number,
  ): void {
    const { sums, forecasters } = this
    const scaled = scale > 0
    this.counts[lead - 1]++
    if (scaled) this.scaledCounts[lead - 1]++
    let at = (lead - 1) * forecasters * SUMS
    const end = at + forecasters * SUMS
    let squared = point * point
    let size = Math.abs(median)
    for (let next = from; ; next++) {
      sums[at + SQUARED] += squared
      sums[at + ABSOLUTE] += size
      if (scaled) sums[at + SCALED] += size / scale
      at += SUMS
      if (at === end) return
      const error = dividedBy(value - said[next], unit)
      squared = error * error
      size = Math.abs(error)
    }
  }

  /** Targets of all leads. */
  get targets(): number {
    return total(this.counts)
  }

  lead(forecaster: number, lead: number): ErrorSummary {
    const one = (values: ArrayLike<number>) => values[lead - 1]
    return this.summarise(forecaster, one)
  }

  all(forecaster: number): ErrorSummary {
    return this.summarise(forecaster, total)
  }

  /** @param of by lead → what is summarised */
  private summarise(forecaster: number, of: (byLead: ArrayLike<number>) => number): ErrorSummary {
    const { counts, scaledCounts, sums, forecasters } = this
    const column = (sum: number) =>
      Float64Array.from(counts, (_, h) => sums[(h * forecasters + forecaster) * SUMS + sum])
    const count = of(counts)
    return {
      mse: of(column(SQUARED)) / count,
      mae: of(column(ABSOLUTE)) / count,
      mase: of(column(SCALED)) / of(scaledCounts),
    }
  }
}

function total(values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]
  return sum
}
