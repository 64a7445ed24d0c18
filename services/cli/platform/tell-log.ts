import type { LogListener } from '#shared/log/log-listener'
import type { LogMetrics } from '#shared/telemetry/log-metrics'
import type { LogOutage } from '#shared/telemetry/platform-status'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/** Who listens to a log, and knows whether it is away. */
export interface LogTeller extends LogListener {
  /** It has been waited for, for some seconds. */
  readonly isAway: boolean
  /** What is waited for; null while nothing is. */
  readonly outage: LogOutage | null
}

const NOBODY_ANSWERS = { waitingFor: 'the brokers', reason: 'they do not answer' }

/** What the log waits for, as notes, metrics and status. */
export function tellLog(notes: StructuredLog, metrics: LogMetrics): LogTeller {
  let awaySeconds = 0
  let awaited = NOBODY_ANSWERS
  return {
    get isAway() {
      return awaySeconds > 0
    },
    get outage() {
      return awaySeconds > 0 ? { seconds: Math.round(awaySeconds), ...awaited } : null
    },
    silent(place) {
      metrics.silent()
      notes.warn('Kafka went silent, connected anew', { place })
    },
    away(seconds) {
      awaySeconds = seconds
      if (seconds === 0) awaited = NOBODY_ANSWERS
      metrics.away(seconds)
    },
    waiting({ place, places, reason, seconds }) {
      awaited = { waitingFor: place, reason }
      notes.warn('waiting for Kafka', { for: place, among: places, reason, seconds })
    },
    back: (seconds) => notes.info('Kafka is back', { secondsAway: seconds }),
  }
}
