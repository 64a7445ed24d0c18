import { LEVELS } from '#shared/forecast/quantile-levels'
import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'

/** Columns of a file of scored forecasts: one row per series, origin and lead. */
export const TEXT_COLUMNS = ['configuration', 'series'] as const
export const TIME_COLUMNS = ['origin_time', 'target_time'] as const
export const WHOLE_COLUMNS = ['lead', 'weights_version'] as const
export const NUMBER_COLUMNS = [
  ...['actual', 'yhat', 'median'],
  ...LEVELS.filter((level) => level !== 0.5).map((level) => `q${level}`),
] as const

const MEDIAN = LEVELS.indexOf(0.5)

/** What one scored outcome says, column by column; times in milliseconds since 1970. */
export interface OriginRow {
  readonly texts: readonly string[]
  readonly times: readonly number[]
  readonly wholes: readonly number[]
  readonly numbers: readonly number[]
}

/** @param configuration what the configuration is called, where there are two */
export function originRow(
  { forecast, lead, value }: ScoredOutcome,
  configuration: string,
  cadenceMs: number,
): OriginRow {
  const { series, originTimeMs, yhat, quantiles, weightsVersion } = forecast
  const quantile = (q: number) => quantiles[q * yhat.length + lead - 1]!
  const others = LEVELS.flatMap((_, q) => (q === MEDIAN ? [] : [quantile(q)]))
  return {
    texts: [configuration, series],
    times: [originTimeMs, originTimeMs + lead * cadenceMs],
    wholes: [lead, weightsVersion],
    numbers: [value, yhat[lead - 1]!, quantile(MEDIAN), ...others],
  }
}
