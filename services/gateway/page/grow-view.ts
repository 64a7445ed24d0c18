import type { ForecastMessage } from '#shared/contracts/forecast'
import type { ChosenView } from '#shared/page/chosen-view'
import type { OriginsEvent } from './gateway-client.js'

const ROWS_MAX = 2_000
const HELD_MAX = 6

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
