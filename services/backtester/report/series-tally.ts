import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'
import type { SeriesData } from './report-data.js'
import { shareInBand } from './share-in-band.js'

interface Sums {
  outcomes: number
  absolute: number
  naive: number
  scaled: number
  scaledCount: number
  inside: number
  bias: number
}

/** Errors by series. */
export class SeriesTally {
  private readonly sums = new Map<string, Sums>()

  /** @param naive what the seasonal naive said */
  take(outcome: ScoredOutcome, naive: number): void {
    const { forecast, value, unit, scale, medianError } = outcome
    let sums = this.sums.get(forecast.series)
    if (!sums) {
      sums = { outcomes: 0, absolute: 0, naive: 0, scaled: 0, scaledCount: 0, inside: 0, bias: 0 }
      this.sums.set(forecast.series, sums)
    }
    const { inside, bias } = shareInBand(outcome)
    sums.outcomes++
    sums.absolute += Math.abs(medianError)
    sums.naive += Math.abs(value - naive) / unit
    sums.inside += inside ? 1 : 0
    sums.bias += bias
    if (!(scale > 0)) return
    sums.scaled += (Math.abs(medianError) * unit) / scale
    sums.scaledCount++
  }

  /** Worst first, by MASE; series without one come last. */
  ranked(): SeriesData[] {
    return [...this.sums]
      .map(([series, { outcomes, absolute, naive, scaled, scaledCount, inside, bias }]) => ({
        series,
        mae: absolute / outcomes,
        mase: scaledCount > 0 ? scaled / scaledCount : null,
        skill: naive > 0 ? 1 - absolute / naive : null,
        coverage80: inside / outcomes,
        bias: bias / outcomes,
        outcomes,
      }))
      .sort((a, b) => (b.mase ?? -1) - (a.mase ?? -1) || (a.series < b.series ? -1 : 1))
  }
}
