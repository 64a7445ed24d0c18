import { BANDS } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'
import { halfWidthsAbove } from '#shared/scoring/half-widths-above'

const BAND_80 = BANDS.indexOf(0.8)

/** Whether an outcome lies in its 80 % band, and how far above the median, in half widths of that band, within ±10. */
export function shareInBand({ forecast, published, lead, value }: ScoredOutcome): {
  readonly inside: boolean
  readonly bias: number
} {
  const horizon = forecast.yhat.length
  const quantile = (q: number) => forecast.quantiles[q * horizon + lead - 1]!
  const band = published.bands[BAND_80]!
  const low = quantile(band.low)
  const high = quantile(band.high)
  const half = (high - low) / 2
  return {
    inside: value >= low && value <= high,
    bias: half > 0 ? halfWidthsAbove(value - quantile(published.median), half) : 0,
  }
}
