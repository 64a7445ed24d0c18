/** Sums of errors at one lead, over series and origins. */
class LeadSums {
  count = 0
  squared = 0
  absolute = 0
  scaledCount = 0
  scaled = 0
}

export interface ErrorSummary {
  readonly mse: number
  readonly mae: number
  readonly mase: number
}

/** Errors of one forecaster by lead: mean squared, mean absolute, and absolute scaled by each series' own difficulty. */
export class ErrorSums {
  private readonly leads: LeadSums[]

  /** @param horizon H */
  constructor(horizon: number) {
    this.leads = Array.from({ length: horizon }, () => new LeadSums())
  }

  /**
   * @param lead 1…H
   * @param point error of the mean forecast, for the squared error
   * @param median error of the median forecast, for the absolute error
   * @param scale what MASE divides by; not above 0 leaves the series out of MASE
   */
  add(lead: number, point: number, median: number, scale: number): void {
    const sums = this.leads[lead - 1]
    sums.count++
    sums.squared += point * point
    sums.absolute += Math.abs(median)
    if (!(scale > 0)) return
    sums.scaledCount++
    sums.scaled += Math.abs(median) / scale
  }

  get count(): number {
    return this.leads.reduce((sum, lead) => sum + lead.count, 0)
  }

  lead(lead: number): ErrorSummary {
    return summarise([this.leads[lead - 1]])
  }

  all(): ErrorSummary {
    return summarise(this.leads)
  }
}

function summarise(leads: readonly LeadSums[]): ErrorSummary {
  const total = (of: (sums: LeadSums) => number) => leads.reduce((sum, lead) => sum + of(lead), 0)
  const count = total((sums) => sums.count)
  return {
    mse: total((sums) => sums.squared) / count,
    mae: total((sums) => sums.absolute) / count,
    mase: total((sums) => sums.scaled) / total((sums) => sums.scaledCount),
  }
}
