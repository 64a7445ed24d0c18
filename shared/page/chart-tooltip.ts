import { countOf } from '#shared/words/count-of'
import { bandRows, medianOf } from './chart-data.js'
import type { ChosenView } from './chosen-view.js'
import { element } from './element.js'
import { spanText, timeText, valueText } from './words.js'

type Line = readonly [label: string, value: string]

/** What the chart says of one time: measured or forecast, with bands. Null where it has nothing to say. */
export function tooltipLines(view: ChosenView, timeMs: number): { title: string; lines: Line[] } | null {
  const { forecast, cadenceMs } = view
  const originMs = forecast === null ? Number.NaN : Date.parse(forecast.origin.time)
  const lines: Line[] = []
  const row = view.rows.find(([rowMs]) => rowMs === timeMs)
  if (row !== undefined) {
    const [, value, median, lower, upper, anomaly, version] = row
    lines.push(['measured', valueText(value) + (anomaly === 1 ? ' ◆ anomaly' : '')])
    if (lower !== null && upper !== null) {
      const inside = value >= lower && value <= upper ? 'inside' : 'outside'
      lines.push(['median, one step before', valueText(median)])
      lines.push(['80 % band, one step before', `${rangeText(lower, upper)} · ${inside}`])
    }
    lines.push(['weights version', `v${version}`])
  }
  const lead = Math.round((timeMs - originMs) / cadenceMs)
  if (forecast !== null && lead >= 1 && lead <= forecast.horizon) {
    lines.push(['lead', `${countOf(lead, 'step')} (${spanText(lead * cadenceMs)})`])
    lines.push(['median', valueText(medianOf(forecast)[lead - 1])])
    for (const band of [0.5, 0.8, 0.95]) {
      const [lower, upper] = bandRows(forecast, band)
      if (lower === undefined || upper === undefined) continue
      lines.push([`${band * 100} % band`, rangeText(lower[lead - 1]!, upper[lead - 1]!)])
    }
  }
  const said = view.held.findLast((held) => {
    const heldMs = Date.parse(held.origin.time)
    return heldMs < originMs && timeMs > heldMs && timeMs <= heldMs + held.horizon * held.cadenceMs
  })
  if (said !== undefined && lines.length > 0) {
    const heldMs = Date.parse(said.origin.time)
    const step = Math.round((timeMs - heldMs) / said.cadenceMs) - 1
    const [lower, upper] = bandRows(said, 0.8)
    if (lower?.[step] !== undefined && upper?.[step] !== undefined) {
      lines.push([`80 % band, ${spanText(timeMs - heldMs)} before`, rangeText(lower[step], upper[step])])
    }
  }
  return lines.length === 0 ? null : { title: `${timeText(timeMs, cadenceMs)} UTC`, lines }
}

export function tooltipContent(title: string, lines: readonly Line[]): HTMLElement[] {
  return [
    element('strong', {}, title),
    element(
      'dl',
      {},
      ...lines.flatMap(([label, value]) => [element('dt', {}, label), element('dd', {}, value)]),
    ),
  ]
}

function rangeText(lower: number, upper: number): string {
  return `${valueText(lower)} to ${valueText(upper)}`
}
