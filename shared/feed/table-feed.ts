import { formatDuration } from '#shared/configuration/duration'
import { detectCadence, type FoundCadence } from './detect-cadence.js'
import { type EventTable, eventAt, fingerprintOf } from './event-table.js'
import type { Feed, FeedFindings } from './feed.js'

const nothingFound: FeedFindings = { warnings: [], rejected: { count: 0, examples: [] } }

/** The feed of a table of events. `cadenceMs` overrides what is detected. */
export function feedOfTable(
  name: string,
  table: EventTable,
  findings: FeedFindings = nothingFound,
  cadenceMs?: number,
): Feed {
  const total = table.timesMs.length
  const found: FoundCadence = cadenceMs === undefined ? detectCadence(table) : { cadenceMs, regular: true }
  return {
    name,
    fingerprint: fingerprintOf(table),
    cadenceMs: found.cadenceMs,
    series: table.series.length * Math.max(1, table.channels.length),
    total,
    findings: found.regular ? findings : { ...findings, warnings: [...findings.warnings, irregular(found)] },
    async *events(from = 0) {
      for (let i = from; i < total; i++) yield eventAt(table, i)
    },
    async *readings() {
      for (let i = 0; i < total; i++) {
        const { series, timeMs, value, values } = eventAt(table, i)
        if (value !== undefined) yield { series, timeMs, value }
        for (const channel in values) {
          yield { series: `${series}.${channel}`, timeMs, value: values[channel]! }
        }
      }
    },
  }
}

function irregular({ cadenceMs }: FoundCadence): string {
  const spacing = formatDuration(cadenceMs)
  return `The readings come at no regular spacing, half of them at most ${spacing} after the one before: where no cadence is named (--cadence), that is taken.`
}
