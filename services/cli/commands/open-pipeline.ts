import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Log } from '#shared/log/port'
import type { CommandContext } from '../command-context.js'
import { planPipeline } from '../platform/pipeline-plan.js'
import { namedPipelines, onePipeline, type PipelineFlags } from './named-pipelines.js'
import { openStandingLog } from './open-standing-log.js'

export interface OpenedPipeline {
  readonly log: Log
  readonly settings: PipelineSettings
}

/**
 * Open the log of a running or stopped pipeline, beside whoever works on it. The caller closes it.
 * @throws UsageError where there is no such pipeline, or several and none is named
 */
export async function openPipeline(flags: PipelineFlags, context: CommandContext): Promise<OpenedPipeline> {
  const found = namedPipelines(flags, context)
  const { log } = found.configuration
  const { settings } = await planPipeline(onePipeline(found), log.dataDir)
  return { log: await openStandingLog(log, context.clock, context.terminal.err), settings }
}
