import type { Forecast } from '#shared/forecast/forecast'
import type { FanData } from './report-data.js'

/** Later series than these are left out of the charts, so that memory is bounded. */
const SERIES_MAX = 500

interface OpenFan extends FanData {
  readonly timesMs: number[]
  readonly values: number[]
  readonly untilMs: number
}

interface Kept {
  /** Newest last. */
  readonly recent: { readonly timeMs: number; readonly value: number }[]
  readonly fans: OpenFan[]
  /** Of the wanted origins, the next. */
  next: number
}

/** Keeps the fans of chosen origins, with what was measured around them. */
export class FanKeeper {
  private readonly kept = new Map<string, Kept>()

  /**
   * @param originsMs rising; of each series the first forecast at or after each is kept
   * @param history samples shown before an origin
   */
  constructor(
    private readonly originsMs: readonly number[],
    private readonly horizon: number,
    private readonly cadenceMs: number,
    private readonly history: number,
  ) {}

  take(forecast: Forecast): void {
    const { series, originTimeMs: timeMs, value } = forecast
    let kept = this.kept.get(series)
    if (!kept) {
      if (this.kept.size >= SERIES_MAX) return
      kept = { recent: [], fans: [], next: 0 }
      this.kept.set(series, kept)
    }
    kept.recent.push({ timeMs, value })
    if (kept.recent.length > this.history) kept.recent.shift()
    for (const fan of kept.fans) {
      if (timeMs > fan.untilMs) continue
      fan.timesMs.push(timeMs)
      fan.values.push(value)
    }
    if (!(timeMs >= (this.originsMs[kept.next] ?? Number.POSITIVE_INFINITY))) return
    while (timeMs >= (this.originsMs[kept.next] ?? Number.POSITIVE_INFINITY)) kept.next++
    kept.fans.push({
      originMs: timeMs,
      value,
      version: forecast.weightsVersion,
      yhat: Array.from(forecast.yhat, shorten),
      quantiles: Array.from({ length: forecast.quantiles.length / this.horizon }, (_, q) =>
        Array.from(forecast.quantiles.subarray(q * this.horizon, (q + 1) * this.horizon), shorten),
      ),
      timesMs: kept.recent.map((one) => one.timeMs),
      values: kept.recent.map((one) => one.value),
      untilMs: timeMs + this.horizon * this.cadenceMs,
    })
  }

  fansOf(series: string): FanData[] {
    return (this.kept.get(series)?.fans ?? []).map(({ untilMs: _, ...fan }) => fan)
  }
}

/** Five digits: more than can be seen on a chart. */
function shorten(value: number): number {
  return Number(value.toPrecision(5))
}
