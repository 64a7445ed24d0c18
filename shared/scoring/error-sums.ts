export interface ErrorSummary {
  readonly mse: number
  readonly mae: number
  readonly mase: number
}

/** Errors of one forecaster by lead: mean squared, mean absolute, and absolute scaled by each series' own difficulty. */
export class ErrorSums {
  private readonly counts: Float64Array
  private readonly squared: Float64Array
  private readonly absolute: Float64Array
  private readonly scaledCounts: Float64Array
  private readonly scaled: Float64Array

  /** @param horizon H */
  constructor(horizon: number) {
    this.counts = new Float64Array(horizon)
    this.squared = new Float64Array(horizon)
    this.absolute = new Float64Array(horizon)
    this.scaledCounts = new Float64Array(horizon)
    this.scaled = new Float64Array(horizon)
  }

  /**
   * @param lead 1…H
   * @param point error of the mean forecast, for the squared error
   * @param median error of the median forecast, for the absolute error
   * @param scale what MASE divides by; not above 0 leaves the series out of MASE
   */
  add(lead: number, point: number, median: number, scale: number): void {
    const h = lead - 1
    const size = Math.abs(median)
    this.counts[h]++
    this.squared[h] += point * point
    this.absolute[h] += size
    if (!(scale > 0)) return
    this.scaledCounts[h]++
    this.scaled[h] += size / scale
  }

  get count(): number {
    return total(this.counts)
  }

  lead(lead: number): ErrorSummary {
    return this.summarise((sums) => sums[lead - 1])
  }

  all(): ErrorSummary {
    return this.summarise(total)
  }

  private summarise(of: (sums: Float64Array) => number): ErrorSummary {
    const count = of(this.counts)
    return {
      mse: of(this.squared) / count,
      mae: of(this.absolute) / count,
      mase: of(this.scaled) / of(this.scaledCounts),
    }
  }
}

function total(sums: Float64Array): number {
  return sums.reduce((sum, value) => sum + value, 0)
}
