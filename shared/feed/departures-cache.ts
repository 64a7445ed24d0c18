import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeFolder } from '#shared/files/make-folder'
import { type DepartureCounts, flightsAirports, flightsHours } from './flight-departures.js'

/** Raise when the layout or the way of counting changes: an older file is then counted again. */
const format = 'foretide.departures/1'

/**
 * One line of JSON, then the counts as little-endian 16-bit numbers.
 * The checksum is over the counts; `sourceBytes` ties the cache to the file that was counted.
 */
interface CacheHeader {
  readonly format: string
  readonly sourceBytes: number
  readonly airports: readonly string[]
  readonly sha256: string
}

const cachePath = (dir: string) => join(dir, 'demo-flights-departures.bin')

/** Counts kept by an earlier run, or null when there are none that can be trusted. */
export async function loadDepartures(dir: string, sourceBytes: number): Promise<DepartureCounts | null> {
  try {
    const file = await readFile(cachePath(dir))
    const end = file.indexOf(10)
    const header = JSON.parse(file.toString('utf8', 0, end)) as CacheHeader
    const body = file.subarray(end + 1)
    const trusted =
      header.format === format &&
      header.sourceBytes === sourceBytes &&
      header.airports.length === flightsAirports &&
      body.length === 2 * flightsHours * flightsAirports &&
      header.sha256 === createHash('sha256').update(body).digest('hex')
    if (!trusted) return null
    const counts = new Uint16Array(flightsHours * flightsAirports)
    for (let i = 0; i < counts.length; i++) counts[i] = body.readUInt16LE(2 * i)
    return { airports: header.airports, counts }
  } catch {
    // Missing, cut off or not ours: counting again is always right.
    return null
  }
}

/** Keep counts for the next start. A crash leaves the old file or the new one, never half of one. */
export async function saveDepartures(
  dir: string,
  sourceBytes: number,
  { airports, counts }: DepartureCounts,
): Promise<void> {
  const body = Buffer.alloc(2 * counts.length)
  counts.forEach((count, i) => {
    body.writeUInt16LE(count, 2 * i)
  })
  const sha256 = createHash('sha256').update(body).digest('hex')
  const header: CacheHeader = { format, sourceBytes, airports, sha256 }
  makeFolder(dir)
  const draft = `${cachePath(dir)}.${randomUUID()}`
  try {
    await writeFile(draft, Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]), { flush: true })
    await rename(draft, cachePath(dir))
  } finally {
    await rm(draft, { force: true })
  }
}
