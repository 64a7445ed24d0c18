import type { ForecastMessage } from '#shared/contracts/forecast'
import type { OriginRow, OriginsEvent } from './gateway-client.js'

const ROWS_MAX = 2_000
const HELD_MAX = 6

/** What the page knows of the chosen series. */
export interface ChosenView {
  readonly cadenceMs: number
  readonly rows: readonly OriginRow[]
  readonly forecast: ForecastMessage | null
  /**
   * Earlier forecasts that the page holds on to, one a horizon, oldest first: the actual values run into their bands,
   * which shows what a forecast was worth.
   */
  readonly held: readonly ForecastMessage[]
}

export const emptyView: ChosenView = { cadenceMs: 0, rows: [], forecast: null, held: [] }

export function withOrigins(view: ChosenView, event: OriginsEvent): ChosenView {
  const rows = event.startOver ? event.rows : [...view.rows, ...event.rows]
  return { ...view, cadenceMs: event.cadenceMs, rows: rows.slice(-ROWS_MAX) }
}

export function withForecast(view: ChosenView, forecast: ForecastMessage): ChosenView {
  const originMs = Date.parse(forecast.origin.time)
  const last = view.held.at(-1)
  const lastOriginMs = last === undefined ? Number.NaN : Date.parse(last.origin.time)
  const within = originMs >= lastOriginMs && originMs < lastOriginMs + forecast.horizon * forecast.cadenceMs
  // Time that goes back means another history: nothing that was held belongs to it.
  const kept = originMs < lastOriginMs ? [] : view.held
  const held = within ? view.held : [...kept, forecast].slice(-HELD_MAX)
  return { ...view, cadenceMs: forecast.cadenceMs, forecast, held }
}
