import { Gauge, Registry } from 'prom-client'
import { SERIES_METRICS } from './series-metrics.js'

/** What came last of one series, beside what had been forecast for that moment one step before. */
export interface SeriesGlance {
  readonly pipeline: string
  readonly series: string
  readonly value: number
  /** Median and the ends of the 80 % band; NaN where nothing had been forecast for this moment. */
  readonly median: number
  readonly lower: number
  readonly upper: number
}

/** Time series that one pipeline may have in Prometheus: four for each of its first series by name. */
export const SERIES_PER_PIPELINE_MAX = 20

/**
 * Gauges of a few series, for "forecast against actual". Prometheus holds no sample of the future, so what is shown is the forecast
 * that was made for now. Filled anew at each scrape: a series that is gone from `glances` is gone from the metrics.
 * @param glances in the order in which series are preferred
 * @returns everything in Prometheus' text format
 */
export async function describeSeries(glances: Iterable<SeriesGlance>): Promise<string> {
  const registry = new Registry()
  const gauge = ({ name, help, labels }: (typeof SERIES_METRICS)[keyof typeof SERIES_METRICS]) =>
    new Gauge<string>({ name, help, labelNames: labels, registers: [registry] })
  const observed = gauge(SERIES_METRICS.observed)
  const forecast = gauge(SERIES_METRICS.forecast)
  const shown = new Map<string, number>()
  for (const { pipeline, series, value, median, lower, upper } of glances) {
    const count = shown.get(pipeline) ?? 0
    if (count >= SERIES_PER_PIPELINE_MAX) continue
    shown.set(pipeline, count + 1)
    observed.set({ pipeline, series }, value)
    for (const [part, at] of Object.entries({ yhat: median, yhat_lower: lower, yhat_upper: upper })) {
      if (Number.isFinite(at)) forecast.set({ pipeline, series, part }, at)
    }
  }
  return registry.metrics()
}
