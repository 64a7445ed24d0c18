import { partitionOfKey } from '#shared/log/kafka/partition-of-key'
import type { NewRecord } from '#shared/log/port'

const HOUR_MS = 3_600_000
const FIRST_MS = Date.UTC(2026, 0, 1)

/**
 * A feed of hourly meters, hour by hour: a daily wave of its own for each, and what looks like noise. Keys and partitions are made once:
 * whoever sends by a schedule takes the time for it from what is measured on the same cores.
 */
export class MeterEvents {
  private readonly meters: readonly {
    readonly id: string
    readonly key: Buffer
    readonly partition: number
  }[]

  constructor(series: number, partitions: number) {
    this.meters = Array.from({ length: series }, (_, s) => {
      const key = Buffer.from(`meter-${s}`)
      return { id: `meter-${s}`, key, partition: partitionOfKey(key, partitions) }
    })
  }

  /** Event number `n`. */
  event(n: number, timestamp: number): NewRecord {
    const s = n % this.meters.length
    const hour = Math.floor(n / this.meters.length)
    const { id, key, partition } = this.meters[s]!
    const wave = (10 + (s % 50)) * Math.sin((2 * Math.PI * (hour + s)) / 24)
    const noise = ((Math.imul(hour + 1, 7919) + Math.imul(s, 104_729)) % 101) / 20
    const value = Math.round((100 + (s % 100) + wave + noise) * 1000) / 1000
    const event = { series: id, time: FIRST_MS + hour * HOUR_MS, value }
    return { partition, key, value: Buffer.from(JSON.stringify(event)), headers: [], timestamp }
  }
}
