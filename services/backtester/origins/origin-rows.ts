import type { ScoredOutcome } from '#shared/scoring/backtest-scorer'

/** Columns of a file of scored forecasts: one row per series, origin and lead. */
export const TEXT_COLUMNS = ['configuration', 'series'] as const
export const TIME_COLUMNS = ['origin_time', 'target_time'] as const
export const WHOLE_COLUMNS = ['lead', 'weights_version'] as const

/** @param levels of the quantiles, rising */
export function numberColumns(levels: readonly number[]): readonly string[] {
  return ['actual', 'yhat', 'median', ...levels.filter(isNoMedian).map((level) => `q${level}`)]
}

/** What one scored outcome says, column by column; times in milliseconds since 1970. */
export interface OriginRow {
  readonly texts: readonly string[]
  readonly times: readonly number[]
  readonly wholes: readonly number[]
  readonly numbers: readonly number[]
}

/**
 * @param configuration what the configuration is called, where there are two
 * @param levels of the columns; a quantile that this configuration does not publish is NaN
 */
export function originRow(
  { forecast, published, lead, value }: ScoredOutcome,
  configuration: string,
  cadenceMs: number,
  levels: readonly number[],
): OriginRow {
  const { series, originTimeMs, yhat, quantiles, weightsVersion } = forecast
  const quantile = (q: number) => quantiles[q * yhat.length + lead - 1]!
  const others = levels.filter(isNoMedian).map((level) => {
    const q = published.levels.indexOf(level)
    return q < 0 ? Number.NaN : quantile(q)
  })
  return {
    texts: [configuration, series],
    times: [originTimeMs, originTimeMs + lead * cadenceMs],
    wholes: [lead, weightsVersion],
    numbers: [value, yhat[lead - 1]!, quantile(published.median), ...others],
  }
}

function isNoMedian(level: number): boolean {
  return level !== 0.5
}
