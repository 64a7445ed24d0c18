import { stat } from 'node:fs/promises'
import { loadDepartures, saveDepartures } from './departures-cache.js'
import type { EventTable } from './event-table.js'
import type { Feed } from './feed.js'
import { countDepartures, type DepartureCounts, flightsStartMs } from './flight-departures.js'
import { feedOfTable } from './table-feed.js'
import { vegaDataset } from './vega-dataset.js'

/**
 * Hourly departures of the 50 busiest airports of the United States, 1 January to 30 June 2001: 217,200 events.
 * @param cacheDir where the counts are kept between starts; without it they are counted each time
 */
export async function openFlights(cacheDir?: string): Promise<Feed> {
  const path = vegaDataset('flights-3m.parquet')
  if (cacheDir === undefined) return feedOfDepartures(await countDepartures(path))
  const sourceBytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
  const kept = await loadDepartures(cacheDir, sourceBytes)
  if (kept !== null) return feedOfDepartures(kept)
  const counted = await countDepartures(path)
  // Not kept, they are counted again; why the folder cannot be used is for the log to say.
  await saveDepartures(cacheDir, sourceBytes, counted).catch(() => undefined)
  return feedOfDepartures(counted)
}

function feedOfDepartures({ airports, counts }: DepartureCounts): Feed {
  const table: EventTable = {
    series: airports,
    channels: [],
    timesMs: new Float64Array(counts.length),
    seriesOf: new Uint32Array(counts.length),
    values: Float64Array.from(counts),
  }
  for (let i = 0; i < counts.length; i++) {
    table.timesMs[i] = flightsStartMs + Math.floor(i / airports.length) * 3_600_000
    table.seriesOf[i] = i % airports.length
  }
  return feedOfTable('demo:flights', table)
}
