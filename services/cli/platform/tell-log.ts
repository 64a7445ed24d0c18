import type { LogListener } from '#shared/log/log-listener'
import type { LogMetrics } from '#shared/telemetry/log-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/** Who listens to a log, and knows whether it is away. */
export interface LogTeller extends LogListener {
  /** It has been waited for, for some seconds. */
  readonly isAway: boolean
}

/** What the log waits for, as notes and metrics. */
export function tellLog(notes: StructuredLog, metrics: LogMetrics): LogTeller {
  let isAway = false
  return {
    get isAway() {
      return isAway
    },
    silent(place) {
      metrics.silent()
      notes.warn('Kafka went silent, connected anew', { place })
    },
    away(seconds) {
      isAway = seconds > 0
      metrics.away(seconds)
    },
    waiting: ({ place, places, reason, seconds }) =>
      notes.warn('waiting for Kafka', { for: place, among: places, reason, seconds }),
    back: (seconds) => notes.info('Kafka is back', { secondsAway: seconds }),
  }
}
