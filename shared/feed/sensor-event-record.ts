import type { Header, NewRecord } from '#shared/log/port'
import type { FeedEvent } from './feed.js'

const text = new TextEncoder()
const contentType: Header = ['content-type', text.encode('application/json')]

/**
 * The record that carries an event: JSON with an ISO time, keyed by its series.
 * @param timestamp of the record, milliseconds since 1970
 * @param headers beside the content type
 */
export function sensorEventRecord(
  { series, timeMs, value, values }: FeedEvent,
  partition: number,
  timestamp: number,
  headers: readonly Header[],
): NewRecord {
  const time = new Date(timeMs).toISOString()
  return {
    partition,
    key: text.encode(series),
    value: text.encode(JSON.stringify({ series, time, value, values })),
    headers: [contentType, ...headers],
    timestamp,
  }
}
