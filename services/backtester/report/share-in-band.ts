import { BANDS } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'

const MIDDLE = BANDS.length
const BAND_80 = BANDS.indexOf(0.8)

/** Whether an outcome lies in its 80 % band, and how far above the median, in half widths of that band. */
export function shareInBand({ forecast, lead, value }: ScoredOutcome): {
  readonly inside: boolean
  readonly bias: number
} {
  const horizon = forecast.yhat.length
  const quantile = (q: number) => forecast.quantiles[q * horizon + lead - 1]!
  const low = quantile(MIDDLE - 1 - BAND_80)
  const high = quantile(MIDDLE + 1 + BAND_80)
  const half = (high - low) / 2
  return { inside: value >= low && value <= high, bias: half > 0 ? (value - quantile(MIDDLE)) / half : 0 }
}
