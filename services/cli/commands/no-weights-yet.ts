import { describeLog } from '#shared/composition/open-log'
import type { LogSettings } from '#shared/configuration/log-settings'
import { UsageError } from '../usage-error.js'

/** The log has no weights topic of these pipelines: nothing of theirs was started on it. */
export function noWeightsYet(settings: LogSettings, pipelines: readonly string[]): UsageError {
  const makes = settings.kind === 'kafka' ? 'foretide topics apply' : 'foretide up'
  return new UsageError(
    `the log, ${describeLog(settings)}, has no weights of ${pipelines.join(', ')} yet; \`${makes}\` makes the topics`,
  )
}
