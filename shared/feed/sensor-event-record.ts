import type { Header, NewRecord } from '#shared/log/port'
import type { FeedEvent } from './feed.js'

const contentType: Header = ['content-type', Buffer.from('application/json')]

/**
 * The record that carries an event: JSON with an ISO time, keyed by its series.
 * @param timestamp of the record, milliseconds since 1970
 * @param headers beside the content type
 */
export function sensorEventRecord(
  { series, timeMs, value, values, covariates }: FeedEvent,
  partition: number,
  timestamp: number,
  headers: readonly Header[],
): NewRecord {
  const event: Record<string, unknown> = { series, time: new Date(timeMs).toISOString(), value, values }
  for (const path in covariates) place(event, path.split('.'), covariates[path]!)
  return {
    partition,
    key: Buffer.from(series),
    value: Buffer.from(JSON.stringify(event)),
    headers: [contentType, ...headers],
    timestamp,
  }
}

/** Where `covariates` of a configuration will look for it. */
function place(event: Record<string, unknown>, [name, ...rest]: readonly string[], value: number): void {
  if (rest.length === 0) {
    event[name!] = value
    return
  }
  const inner = (event[name!] ?? {}) as Record<string, unknown>
  event[name!] = inner
  place(inner, rest, value)
}
