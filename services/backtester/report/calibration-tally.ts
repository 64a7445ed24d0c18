import { BANDS, LEVELS } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'
import type { CalibrationData } from './report-data.js'

const HOUR_MS = 3_600_000
const MIDDLE = BANDS.length

/** Counts where outcomes fell among the quantiles that were forecast for them. */
export class CalibrationTally {
  private readonly pit = new Float64Array(LEVELS.length + 1)
  private readonly inside: readonly Float64Array[]
  private readonly counts: Float64Array
  private readonly insideByHour = new Float64Array(24)
  private readonly countsByHour = new Float64Array(24)

  constructor(
    private readonly horizon: number,
    private readonly cadenceMs: number,
  ) {
    this.inside = BANDS.map(() => new Float64Array(horizon))
    this.counts = new Float64Array(horizon)
  }

  take({ forecast, lead, value }: ScoredOutcome): void {
    const quantile = (q: number) => forecast.quantiles[q * this.horizon + lead - 1]!
    this.counts[lead - 1]!++
    const targetMs = forecast.originTimeMs + lead * this.cadenceMs
    const hour = ((Math.floor(targetMs / HOUR_MS) % 24) + 24) % 24
    this.countsByHour[hour]!++
    for (let b = 0; b < BANDS.length; b++) {
      if (value < quantile(MIDDLE - 1 - b) || value > quantile(MIDDLE + 1 + b)) continue
      this.inside[b]![lead - 1]!++
      if (BANDS[b] === 0.8) this.insideByHour[hour]!++
    }
    let first = 0
    while (first < LEVELS.length && quantile(first) < value) first++
    let after = first
    while (after < LEVELS.length && quantile(after) === value) after++
    this.spread(first, after)
  }

  result(): CalibrationData {
    const count = this.counts.reduce((sum, one) => sum + one, 0)
    return {
      pit: [...this.pit].map((one) => one / count),
      coverageByLead: this.inside.map((inside) => [...inside].map((one, h) => one / this.counts[h]!)),
      coverageByHour: [...this.countsByHour].map((one, hour) =>
        one > 0 ? this.insideByHour[hour]! / one : null,
      ),
    }
  }

  /**
   * An outcome that equals quantiles first … after − 1, as the nights' zeros of a counter do, lies in no one bin: its mass is
   * spread evenly over the probabilities that it stands for [Czado, Gneiting and Held, "Predictive model assessment for count
   * data", Biometrics 65 (2009)].
   */
  private spread(first: number, after: number): void {
    if (after - first < 2) {
      if (after === first) this.pit[first]!++
      else {
        this.pit[first]! += 0.5
        this.pit[after]! += 0.5
      }
      return
    }
    const whole = LEVELS[after - 1]! - LEVELS[first]!
    for (let q = first; q < after - 1; q++) this.pit[q + 1]! += (LEVELS[q + 1]! - LEVELS[q]!) / whole
  }
}
