import { createHash } from 'node:crypto'
import type { FeedEvent } from './feed.js'

/** Events column by column: a feed of millions fits in memory this way. N events, C channels. */
export interface EventTable {
  /** Names, in the order of first appearance. */
  readonly series: readonly string[]
  /** Empty: every event carries one plain value. */
  readonly channels: readonly string[]
  /** [N], rising. */
  readonly timesMs: Float64Array
  /** [N], index into `series`. */
  readonly seriesOf: Uint32Array
  /** [N × max(1, C)], event by event; NaN is "no reading". */
  readonly values: Float64Array
  /** What events carry beside their values, where they do. */
  readonly covariates?: CovariateTable
}

/** Covariates of the events of a table. N events, K covariates. */
export interface CovariateTable {
  readonly names: readonly string[]
  /** [N × K], event by event; NaN where one is missing. */
  readonly values: Float64Array
}

/** Event `index` of the table, as it is sent. */
export function eventAt(table: EventTable, index: number): FeedEvent {
  const series = table.series[table.seriesOf[index]!]!
  const timeMs = table.timesMs[index]!
  const event =
    table.channels.length === 0
      ? { series, timeMs, value: table.values[index]! }
      : { series, timeMs, values: namedNumbers(table.channels, table.values, index) }
  const { covariates } = table
  return covariates
    ? { ...event, covariates: namedNumbers(covariates.names, covariates.values, index) }
    : event
}

/** A row of a table of numbers by the names of its columns, without those that are missing. */
function namedNumbers(
  names: readonly string[],
  values: Float64Array,
  index: number,
): Readonly<Record<string, number>> {
  const named: Record<string, number> = {}
  for (let c = 0; c < names.length; c++) {
    const value = values[index * names.length + c]!
    if (!Number.isNaN(value)) named[names[c]!] = value
  }
  return named
}

/** 32 hex digits of the SHA-256 of everything in the table. */
export function fingerprintOf(table: EventTable): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([table.series, table.channels, table.timesMs.length]))
  const columns: (Float64Array | Uint32Array)[] = [table.timesMs, table.seriesOf, table.values]
  if (table.covariates) {
    hash.update(JSON.stringify(table.covariates.names))
    columns.push(table.covariates.values)
  }
  for (const column of columns) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  }
  return hash.digest('hex').slice(0, 32)
}
