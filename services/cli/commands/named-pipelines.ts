import { existsSync } from 'node:fs'
import type { Configuration, PipelineConfiguration } from '#shared/configuration/configuration'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { LogUnavailableError } from '#shared/log/errors'
import type { CommandContext } from '../command-context.js'
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

/** A configuration whose log exists, and the pipelines of it that the flags name: all of them where they name none. */
export interface NamedPipelines {
  readonly configuration: Configuration
  readonly named: readonly PipelineConfiguration[]
}

/**
 * @throws UsageError where the configuration has no pipeline of that name
 * @throws LogUnavailableError where the embedded log's folder does not exist
 */
export function namedPipelines(
  { config, dataDir, pipeline, cadence, horizon }: PipelineFlags,
  { env }: CommandContext,
): NamedPipelines {
  const flags = { dataDir, cadence, horizon }
  const configuration = loadConfiguration({ file: config ?? env.FORETIDE_CONFIG, flags, env })
  const { log, pipelines } = configuration
  const named = pipelines.filter(({ name }) => pipeline === undefined || name === pipeline)
  if (named.length === 0)
    throw new UsageError(`there is no pipeline ${pipeline}; the configuration has ${namesOf(pipelines)}`)
  if (log.kind === 'embedded' && !existsSync(log.dataDir)) {
    throw new LogUnavailableError(
      `there is no log in ${log.dataDir}; start one with \`foretide up\`, or say where it is with --data-dir`,
    )
  }
  return { configuration, named }
}

/** @throws UsageError where several pipelines could be meant */
export function onePipeline({ named }: NamedPipelines): PipelineConfiguration {
  if (named.length > 1) throw new UsageError(`say which pipeline with --pipeline: ${namesOf(named)}`)
  return named[0]!
}

function namesOf(pipelines: readonly PipelineConfiguration[]): string {
  return pipelines.map(({ name }) => name).join(', ')
}
