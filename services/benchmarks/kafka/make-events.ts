import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import type { NewRecord } from '#shared/log/port'

const HOUR_MS = 3_600_000
const FIRST_MS = Date.UTC(2026, 0, 1)

/** Event number `n` of a feed of `series` hourly meters, hour by hour: a daily wave of its own for each, and what looks like noise. */
export function makeEvent(n: number, series: number, partitions: number, timestamp: number): NewRecord {
  const s = n % series
  const hour = Math.floor(n / series)
  const id = `meter-${s}`
  const key = Buffer.from(id)
  const wave = (10 + (s % 50)) * Math.sin((2 * Math.PI * (hour + s)) / 24)
  const noise = ((Math.imul(hour + 1, 7919) + Math.imul(s, 104_729)) % 101) / 20
  const value = Math.round((100 + (s % 100) + wave + noise) * 1000) / 1000
  const event = { series: id, time: FIRST_MS + hour * HOUR_MS, value }
  return {
    partition: partitionOfKey(key, partitions),
    key,
    value: Buffer.from(JSON.stringify(event)),
    headers: [],
    timestamp,
  }
}
