import type { Header, NewRecord } from '#shared/log/port'

const utf8 = new TextEncoder()

/** A sensor event as people send it: one value, or one per channel. */
export interface SensorEvent {
  readonly series: string
  /** Milliseconds since 1970; negative before. */
  readonly timeMs: number
  readonly value?: number
  readonly values?: Readonly<Record<string, number>>
}

/** A sensor event as a record, in the default form of the contract. */
export function sensorEventRecord(
  event: SensorEvent,
  partition: number,
  timestamp: number,
  headers: readonly Header[],
): NewRecord {
  const { series, timeMs, value, values } = event
  const body = { series, time: new Date(timeMs).toISOString(), ...(values ? { values } : { value }) }
  return { partition, key: utf8.encode(series), value: utf8.encode(JSON.stringify(body)), headers, timestamp }
}
