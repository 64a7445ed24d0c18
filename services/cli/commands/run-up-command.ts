import { describeLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { createStructuredLog } from '#shared/telemetry/structured-log'
import type { CommandContext } from '../command-context.js'
import { packageVersion } from '../package-version.js'
import { SERVICES } from '../platform/service.js'
import { startPlatform } from '../platform/start-platform.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { describeFeedEnd, describePlatform } from './describe-platform.js'
import { feedSection, pipelineNameOf, type ReadingFlags } from './reading-flags.js'
import { waitAndStop } from './wait-and-stop.js'

export interface UpFlags extends ReadingFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly host?: string
  readonly port?: string
  readonly demo: boolean
  readonly learn: boolean
  readonly feed?: string
  readonly speed?: string
  readonly horizon?: string
  readonly preset?: string
  readonly json?: boolean
}

export async function runUpCommand(flags: UpFlags, context: CommandContext): Promise<number> {
  const { terminal, env, clock } = context
  const { host, port, dataDir, demo, learn, speed, cadence, horizon, preset, covariates } = flags
  const configuration = loadConfiguration({
    file: flags.config ?? env.FORETIDE_CONFIG,
    flags: {
      ...{ host, port, dataDir, demo, learn, speed, cadence, horizon, preset, covariates },
      ...(flags.feed === undefined
        ? {}
        : { pipelines: { [pipelineNameOf(flags.feed)]: { feed: feedSection(flags.feed, flags) } } }),
    },
    env,
  })
  const status = new StatusLine(terminal.out)
  const write = (lines: string) => status.write(lines)
  const notes = createStructuredLog({
    ...{ clock, write, json: flags.json === true, colour: terminal.colour },
  })
  const meter = new ProgressMeter(status, clock, (pipeline, progress) =>
    notes.info(`feed: ${describeProgress(progress)}`, { pipeline }),
  )
  const version = packageVersion()
  if (!flags.json) write(`Foretide ${version}, starting; its log: ${describeLog(configuration.log)}\n`)

  const platform = await startPlatform({
    ...{ configuration, clock, notes, version, services: new Set(SERVICES), stop: context.stop },
    onFeedProgress: (pipeline, { sent, total, eventsPerSecond, ...rest }) => {
      const progress = { done: sent, total, perSecond: eventsPerSecond, ...rest }
      if (flags.json !== true || !status.drawable) meter.update(pipeline, progress)
    },
    onFeedEnd: (pipeline, outcome) => {
      meter.finish(pipeline)
      const { message, fields } = describeFeedEnd(outcome, flags.json === true)
      notes.info(message, { pipeline, ...fields })
    },
  })
  if (flags.json) notes.info('started', { url: platform.url, dataDir: configuration.log.dataDir })
  else write(describePlatform(platform, configuration, flags))
  return waitAndStop(platform, context, status, notes)
}
