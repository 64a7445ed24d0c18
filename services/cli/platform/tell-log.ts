import type { LogListener } from '#shared/log/log-listener'
import type { LogMetrics } from '#shared/telemetry/log-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/** What the log waits for, as notes and metrics. */
export function tellLog(notes: StructuredLog, metrics: LogMetrics): LogListener {
  return {
    silent(place) {
      metrics.silent()
      notes.warn('Kafka went silent, connected anew', { place })
    },
    away: (seconds) => metrics.away(seconds),
    waiting: ({ place, places, reason, seconds }) =>
      notes.warn('waiting for Kafka', { for: place, among: places, reason, seconds }),
    back: (seconds) => notes.info('Kafka is back', { secondsAway: seconds }),
  }
}
