import type { NewRecord } from '#shared/log/port'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 1)
const utf8 = new TextEncoder()

/**
 * Records as bad as they come, from a seed: seasonal series with noise, gaps short and long, duplicates, readings out of
 * order, two values for one cell, several channels, a covariate that is sometimes missing or no number, tombstones, wild values, and things that are no events at all.
 */
export function hostileRecords(seed: number, count: number, partitions: number): NewRecord[] {
  const random = new SeededRandom(seed)
  const below = (n: number) => Math.floor(random.uniform(0, n))
  const clocks = new Map<string, number>()
  const records: NewRecord[] = []
  const record = (series: string, partition: number, body: unknown, timestamp: number): NewRecord => ({
    partition,
    key: utf8.encode(series),
    value: body === null ? null : utf8.encode(typeof body === 'string' ? body : JSON.stringify(body)),
    headers: [['trace', utf8.encode(`t${records.length}`)]],
    timestamp,
  })
  for (let i = 0; i < count; i++) {
    const s = below(3 * partitions)
    const series = `series-${s}`
    const partition = s % partitions
    const jump = below(40) === 0 ? 30 : below(12) === 0 ? 3 : 1
    const cell = (clocks.get(series) ?? 0) + jump
    clocks.set(series, cell)
    const timeMs = START + cell * 6 * HOUR + s * 1_000
    const timestamp = timeMs + 60_000
    const value = 10 * s + 5 * Math.sin((cell / 4) * 2 * Math.PI) + random.uniform(-1, 1)
    const kind = below(24)
    const time = new Date(timeMs).toISOString()
    if (kind === 0) records.push(record(series, partition, '{"series":', timestamp))
    else if (kind === 1) records.push(record(series, partition, { series, time, value: 'warm' }, timestamp))
    else if (kind === 2)
      records.push(record(series, partition, { series, time, value: value * 1e6 }, timestamp))
    else if (kind === 3)
      records.push(record(series, partition, { series, time: timeMs - 12 * HOUR, value }, timestamp))
    else if (kind === 4 && below(6) === 0) records.push(record(series, partition, null, timestamp))
    else if (kind === 5)
      records.push(record(series, partition, { series, time: timeMs + 9 * HOUR, value }, timestamp))
    else if (kind === 6)
      records.push(
        record(series, partition, { series, time, values: { a: value, b: null, c: -value } }, timestamp),
      )
    else records.push(record(series, partition, { series, time, value, load: loadOf(i) }, timestamp))
    if (kind === 7) records.push(record(series, partition, { series, time, value }, timestamp))
    if (kind === 8)
      records.push(
        record(series, partition, { series, time: timeMs + HOUR, value: value + 1 }, timestamp + HOUR),
      )
  }
  return records
}

function loadOf(i: number): unknown {
  if (i % 11 === 0) return undefined
  return i % 7 === 0 ? 'n/a' : i % 50 === 3 ? 1e30 : Math.cos(i)
}
