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
}

/** Event `index` of the table, as it is sent. */
export function eventAt(table: EventTable, index: number): FeedEvent {
  const series = table.series[table.seriesOf[index]!]!
  const timeMs = table.timesMs[index]!
  const width = table.channels.length
  if (width === 0) return { series, timeMs, value: table.values[index]! }
  const values: Record<string, number> = {}
  for (let c = 0; c < width; c++) {
    const value = table.values[index * width + c]!
    if (!Number.isNaN(value)) values[table.channels[c]!] = value
  }
  return { series, timeMs, values }
}

/** 32 hex digits of the SHA-256 of everything in the table. */
export function fingerprintOf(table: EventTable): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify([table.series, table.channels, table.timesMs.length]))
  for (const column of [table.timesMs, table.seriesOf, table.values]) {
    hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  }
  return hash.digest('hex').slice(0, 32)
}
