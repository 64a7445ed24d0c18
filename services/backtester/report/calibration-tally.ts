import { BANDS, type PublishedLevels } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'
import type { CalibrationData } from './report-data.js'

const HOUR_MS = 3_600_000
/** What rounding leaves of a difference, in shares of the value. */
const ROUNDING = 1e-12
/** A difference that nobody reads, in the series' own mean change from season to season; of the value where it never changed. */
const UNREAD = 1e-6

/** Counts where outcomes fell among the quantiles that were forecast for them. */
export class CalibrationTally {
  private readonly pit: Float64Array
  private readonly inside: readonly Float64Array[]
  private readonly counts: Float64Array
  private readonly insideByHour = new Float64Array(24)
  private readonly countsByHour = new Float64Array(24)
  private hits = 0

  constructor(
    private readonly horizon: number,
    private readonly cadenceMs: number,
    private readonly published: PublishedLevels,
  ) {
    this.pit = new Float64Array(published.levels.length + 1)
    this.inside = BANDS.map(() => new Float64Array(horizon))
    this.counts = new Float64Array(horizon)
  }

  take({ forecast, lead, value, scale }: ScoredOutcome): void {
    const { levels, bands } = this.published
    const quantile = (q: number) => forecast.quantiles[q * this.horizon + lead - 1]!
    this.counts[lead - 1]!++
    const targetMs = forecast.originTimeMs + lead * this.cadenceMs
    const hour = ((Math.floor(targetMs / HOUR_MS) % 24) + 24) % 24
    this.countsByHour[hour]!++
    for (let b = 0; b < BANDS.length; b++) {
      if (value < quantile(bands[b]!.low) || value > quantile(bands[b]!.high)) continue
      this.inside[b]![lead - 1]!++
      if (BANDS[b] === 0.8) this.insideByHour[hour]!++
    }
    const farthest = Math.max(Math.abs(value - quantile(0)), Math.abs(value - quantile(levels.length - 1)))
    if (farthest <= nearOf(value, scale)) {
      this.hit()
      return
    }
    let first = 0
    while (first < levels.length && quantile(first) < value) first++
    let after = first
    while (after < levels.length && quantile(after) === value) after++
    this.spread(first, after)
  }

  result(): CalibrationData {
    const count = this.counts.reduce((sum, one) => sum + one, 0)
    return {
      pit: [...this.pit].map((one) => one / count),
      hit: this.hits / count,
      coverageByLead: this.inside.map((inside) =>
        [...inside].map((one, h) => (this.counts[h]! > 0 ? one / this.counts[h]! : null)),
      ),
      coverageByHour: [...this.countsByHour].map((one, hour) =>
        one > 0 ? this.insideByHour[hour]! / one : null,
      ),
    }
  }

  /** An outcome that every quantile foretold stands for all probabilities: a forecast without a spread that came true has none wrong. */
  private hit(): void {
    const edges = [0, ...this.published.levels, 1]
    for (let bin = 0; bin < this.pit.length; bin++) this.pit[bin]! += edges[bin + 1]! - edges[bin]!
    this.hits++
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
    const { levels } = this.published
    const whole = levels[after - 1]! - levels[first]!
    for (let q = first; q < after - 1; q++) this.pit[q + 1]! += (levels[q + 1]! - levels[q]!) / whole
  }
}

/** How far from a value a quantile may lie that foretold it. Zero has no size: where nothing but it was ever seen, it counts as 1. */
function nearOf(value: number, scale: number): number {
  const size = Math.abs(value)
  if (scale === 0) return UNREAD * (size || 1)
  return Math.max(ROUNDING * size, UNREAD * (scale || 0))
}
