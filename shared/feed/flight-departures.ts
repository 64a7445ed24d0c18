import { asyncBufferFromFile, parquetMetadataAsync, parquetRead } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FeedUnreachableError } from './feed-errors.js'

const hourMs = 3_600_000
const hourMicros = 3_600_000_000

export const flightsStartMs = Date.UTC(2001, 0, 1)
/** 1 January to 30 June 2001. */
export const flightsHours = (Date.UTC(2001, 6, 1) - flightsStartMs) / hourMs
export const flightsAirports = 50

/** Hourly departures of the busiest airports. */
export interface DepartureCounts {
  /** [A], busiest first; of equally busy ones in alphabetical order. */
  readonly airports: readonly string[]
  /** [hours × A], hour by hour; zeros included. */
  readonly counts: Uint16Array
}

/**
 * Count departures per airport and hour in vega-datasets' `flights-3m.parquet`.
 * Its times are local clock times without a zone; they are taken as if they were UTC.
 */
export async function countDepartures(path: string): Promise<DepartureCounts> {
  const file = await asyncBufferFromFile(path).catch((cause: unknown) => {
    throw new FeedUnreachableError(`Cannot read ${path}: run \`npm ci\` to install it again.`, { cause })
  })
  const metadata = await parquetMetadataAsync(file)
  const rows = Number(metadata.num_rows)
  const hourOf = new Int32Array(rows).fill(-1)
  const airportOf = new Int32Array(rows).fill(-1)
  const codes: string[] = []
  const indexOf = new Map<string, number>()

  await parquetRead({
    file,
    metadata,
    compressors,
    columns: ['date', 'origin'],
    // A Date per flight would cost more than the rest of the reading.
    parsers: { timestampFromMicroseconds: (micros: bigint) => Number(micros) },
    onChunk({ columnName, columnData, rowStart }) {
      for (let i = 0; i < columnData.length; i++) {
        const cell: unknown = columnData[i]
        if (columnName === 'date' && typeof cell === 'number') {
          hourOf[rowStart + i] = Math.floor(cell / hourMicros) - flightsStartMs / hourMs
        } else if (columnName === 'origin' && typeof cell === 'string') {
          let index = indexOf.get(cell)
          if (index === undefined) {
            index = codes.push(cell) - 1
            indexOf.set(cell, index)
          }
          airportOf[rowStart + i] = index
        }
      }
    },
  })
  return busiest(codes, hourOf, airportOf)
}

function busiest(codes: readonly string[], hourOf: Int32Array, airportOf: Int32Array): DepartureCounts {
  const counted = (row: number) => hourOf[row]! >= 0 && hourOf[row]! < flightsHours && airportOf[row]! >= 0
  const totals = new Uint32Array(codes.length)
  for (let row = 0; row < hourOf.length; row++) if (counted(row)) totals[airportOf[row]!]!++

  const ranked = codes
    .map((code, index) => ({ code, index, total: totals[index]! }))
    .sort((a, b) => b.total - a.total || (a.code < b.code ? -1 : 1))
    .slice(0, flightsAirports)
  const rankOf = new Int32Array(codes.length).fill(-1)
  ranked.forEach(({ index }, rank) => {
    rankOf[index] = rank
  })

  const counts = new Uint16Array(flightsHours * ranked.length)
  for (let row = 0; row < hourOf.length; row++) {
    if (!counted(row)) continue
    const rank = rankOf[airportOf[row]!]!
    if (rank >= 0) counts[hourOf[row]! * ranked.length + rank]!++
  }
  return { airports: ranked.map(({ code }) => code), counts }
}
