import type { SeriesGlance } from '#shared/telemetry/series-gauges'
import type { ForecastBoard, ShownSeries } from './forecast-board.js'
import type { ForecastAnswer, HistoryAnswer, SeriesRow } from './responses.js'
import { parseForecast, scanScores } from './scan-forecast.js'

const SPARK_VALUES = 40

/** One line of the list of series. @param silentMs null where it is not silent */
export function seriesRowOf(shown: ShownSeries, silentMs: number | null): SeriesRow {
  return {
    series: shown.series,
    pipeline: shown.pipeline,
    lastTime: new Date(shown.lastTimeMs).toISOString(),
    lastValue: shown.lastValue,
    silentMs,
    ...scanScores(shown.message),
    anomaly: shown.anomaly,
    spark: shown.origins.lastValues(SPARK_VALUES),
  }
}

/** What came last of each series that has some history, by pipeline and name. */
export function* glancesOf(board: ForecastBoard): Generator<SeriesGlance> {
  for (const { pipeline, series, origins } of board.list()) {
    const [last] = origins.list(origins.added - 1)
    if (last !== undefined) yield { pipeline, series, ...last }
  }
}

/** What was measured, and what had been said of it one step before. */
export function historyOf(shown: ShownSeries): HistoryAnswer {
  const orNull = (value: number) => (Number.isFinite(value) ? value : null)
  return {
    series: shown.series,
    pipeline: shown.pipeline,
    cadenceMs: shown.cadenceMs,
    origins: shown.origins.list().map((origin) => ({
      time: new Date(origin.timeMs).toISOString(),
      value: origin.value,
      median: orNull(origin.median),
      lower: orNull(origin.lower),
      upper: orNull(origin.upper),
      anomaly: origin.anomaly,
      weightsVersion: origin.weightsVersion,
    })),
  }
}

/**
 * The forecast message with what people like to read: target times, and the two ends of one band.
 * @param band nominal coverage, such as 0.8
 * @returns the bands that there are when `band` is none of them
 */
export function forecastOf(shown: ShownSeries, band: number): ForecastAnswer | { bands: number[] } {
  const message = parseForecast(shown.message)
  if (message === null) return { bands: [] }
  const rowOf = (level: number) => message.levels.findIndex((known) => Math.abs(known - level) < 1e-9)
  const lower = message.quantiles[rowOf((1 - band) / 2)]
  const upper = message.quantiles[rowOf((1 + band) / 2)]
  if (lower === undefined || upper === undefined || !(band > 0)) {
    const bands = message.levels
      .filter((level) => level < 0.5)
      .map((level) => Number((1 - 2 * level).toFixed(6)))
    return { bands: bands.sort((a, b) => a - b) }
  }
  const originMs = Date.parse(message.origin.time)
  return {
    ...message,
    band,
    targets: message.yhat.map((_, index) =>
      new Date(originMs + (index + 1) * message.cadenceMs).toISOString(),
    ),
    yhat_lower: lower,
    yhat_upper: upper,
  }
}
