import { existsSync } from 'node:fs'
import { openLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { LogUnavailableError } from '#shared/log/errors'
import type { Log } from '#shared/log/port'
import type { CommandContext } from '../command-context.js'
import { planPipeline } from '../platform/pipeline-plan.js'
import { UsageError } from '../usage-error.js'

/** Which pipeline, and where its log is. */
export interface PipelineFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly pipeline?: string
  /** As the pipeline was started with. */
  readonly cadence?: string
  readonly horizon?: string
  readonly json?: boolean
}

export interface OpenedPipeline {
  readonly log: Log
  readonly settings: PipelineSettings
}

/**
 * Open the log of a running or stopped pipeline, beside whoever works on it. The caller closes it.
 * @throws UsageError where there is no such pipeline, or several and none is named
 */
export async function openPipeline(
  { config, dataDir, pipeline, cadence, horizon }: PipelineFlags,
  { env, clock }: CommandContext,
): Promise<OpenedPipeline> {
  const flags = { dataDir, cadence, horizon }
  const configuration = loadConfiguration({ file: config ?? env.FORETIDE_CONFIG, flags, env })
  const { log: logSettings, pipelines } = configuration
  const names = pipelines.map(({ name }) => name).join(', ')
  const found = pipeline === undefined ? pipelines : pipelines.filter(({ name }) => name === pipeline)
  if (found.length === 0)
    throw new UsageError(`there is no pipeline ${pipeline}; the configuration has ${names}`)
  if (found.length > 1) throw new UsageError(`say which pipeline with --pipeline: ${names}`)
  if (logSettings.kind === 'embedded' && !existsSync(logSettings.dataDir)) {
    throw new LogUnavailableError(
      `there is no log in ${logSettings.dataDir}; start one with \`foretide up\`, or say where it is with --data-dir`,
    )
  }
  const { settings } = await planPipeline(found[0]!, logSettings.dataDir)
  return { log: await openLog(logSettings, clock), settings }
}
