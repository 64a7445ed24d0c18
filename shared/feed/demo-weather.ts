import { readFile } from 'node:fs/promises'
import { parse } from 'csv-parse/sync'
import type { EventTable } from './event-table.js'
import type { Feed } from './feed.js'
import { FeedUnreachableError } from './feed-errors.js'
import { feedOfTable } from './table-feed.js'
import { vegaDataset } from './vega-dataset.js'

const channels = ['temp_max', 'temp_min', 'wind', 'precipitation'] as const

/** Daily weather of Seattle and New York, 2012 to 2015: one event per city and day with four channels. */
export async function openWeather(): Promise<Feed> {
  const path = vegaDataset('weather.csv')
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new FeedUnreachableError(`Cannot read ${path}: run \`npm ci\` to install it again.`, { cause })
  })
  const rows: Record<string, string>[] = parse(text, { columns: true })
  const series = [...new Set(rows.map((row) => row.location!))]
  const events = rows
    .map((row) => ({
      timeMs: Date.parse(`${row.date}T00:00:00Z`),
      series: series.indexOf(row.location!),
      values: channels.map((channel) => Number(row[channel])),
    }))
    .sort((a, b) => a.timeMs - b.timeMs || a.series - b.series)
  const table: EventTable = {
    series,
    channels,
    timesMs: Float64Array.from(events, (event) => event.timeMs),
    seriesOf: Uint32Array.from(events, (event) => event.series),
    values: Float64Array.from(events.flatMap((event) => event.values)),
  }
  return feedOfTable('demo:weather', table)
}
