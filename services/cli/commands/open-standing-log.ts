import { existsSync } from 'node:fs'
import type { Clock } from '#shared/clock/clock'
import { openLog } from '#shared/composition/open-log'
import type { LogSettings } from '#shared/configuration/log-settings'
import { recordsFile } from '#shared/log/embedded/records-file'
import { LogUnavailableError } from '#shared/log/errors'
import type { Log } from '#shared/log/port'
import { tellWaits } from '../platform/tell-waits.js'
import type { TextStream } from '../terminal/text-stream.js'

/**
 * Open a log that has to be there already: who mistypes --data-dir is told so, and no empty log is left behind.
 * @param err is told what is waited for while brokers of Kafka are away
 * @throws LogUnavailableError where the folder of an embedded log holds none
 */
export async function openStandingLog(settings: LogSettings, clock: Clock, err: TextStream): Promise<Log> {
  if (settings.kind === 'embedded' && !existsSync(recordsFile(settings.dataDir))) {
    throw new LogUnavailableError(
      `there is no log in ${settings.dataDir}; start one with \`foretide up\`, or say where it is with --data-dir`,
    )
  }
  return openLog(settings, clock, false, tellWaits(err))
}
