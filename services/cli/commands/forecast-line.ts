import type { ForecastMessage } from '#shared/contracts/forecast'
import { printable } from '#shared/telemetry/structured-log'
import { formatShare, formatTime, formatValue } from '../terminal/figures.js'

const SPARKS = '▁▂▃▄▅▆▇█'
const SPARK_LEADS = 24

/** The median over the coming leads as a row of blocks, lowest to highest. */
export function spark(values: readonly number[]): string {
  const shown = values.slice(0, SPARK_LEADS)
  const low = Math.min(...shown)
  const span = Math.max(...shown) - low
  return shown.map((value) => SPARKS[span > 0 ? Math.round(((value - low) / span) * 7) : 3]).join('')
}

export const FORECAST_HEADING = [
  'series'.padEnd(24),
  'origin'.padEnd(19),
  'value'.padStart(10),
  'next'.padStart(10),
  '80 % band'.padStart(21),
  'skill'.padStart(8),
  'ahead',
].join('  ')

/** One forecast in one line: where it starts, what comes next, how sure that is, and how good it has been so far. */
export function forecastLine(message: ForecastMessage, colour: boolean): string {
  const { series, origin, levels, quantiles, skill, anomaly, phase } = message
  const row = (level: number) => quantiles[levels.indexOf(level)]
  const next = (level: number) => formatValue(row(level)?.[0] ?? Number.NaN)
  const shownSkill = skill[0] ?? null
  const columns = [
    printable(series).slice(0, 24).padEnd(24),
    formatTime(Date.parse(origin.time)).padEnd(19),
    formatValue(origin.value).padStart(10),
    next(0.5).padStart(10),
    `${next(0.1)} … ${next(0.9)}`.padStart(21),
    (shownSkill === null ? '–' : formatShare(shownSkill)).padStart(8),
    spark(row(0.5) ?? []),
  ]
  const marks = [anomaly.flag ? 'anomaly' : '', phase === 'live' ? '' : phase].filter((mark) => mark !== '')
  const line = [...columns, ...marks].join('  ')
  return colour && anomaly.flag ? `\u001b[33m${line}\u001b[0m` : line
}
