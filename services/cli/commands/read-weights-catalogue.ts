import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { pipelineTopics } from '#shared/contracts/topics'
import { type CataloguedVersion, WeightsCatalogue } from '#shared/contracts/weights-catalogue'
import type { Log } from '#shared/log/port'
import { checkChallenger } from '#shared/promotion/check-challenger'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { CommandContext } from '../command-context.js'
import { planPipeline } from '../platform/pipeline-plan.js'
import { UsageError } from '../usage-error.js'
import { namedPipelines, type PipelineFlags } from './named-pipelines.js'
import { noWeightsYet } from './no-weights-yet.js'
import { openStandingLog } from './open-standing-log.js'

export interface PipelineCatalogue {
  readonly pipeline: string
  readonly catalogue: WeightsCatalogue
}

/**
 * Read the weights topics of the pipelines that are asked for, without a group: nobody is disturbed.
 * @throws UsageError where the log has no weights topic of them
 */
export async function readWeightsCatalogues(
  flags: PipelineFlags,
  context: CommandContext,
): Promise<readonly PipelineCatalogue[]> {
  const { configuration, named } = namedPipelines(flags, context)
  const { log: settings, topicPrefix } = configuration
  const log = await openStandingLog(settings, context.clock, context.terminal.err)
  try {
    const found: PipelineCatalogue[] = []
    for (const pipeline of named) {
      const { name } = pipeline
      const { weights } = pipelineTopics(topicPrefix, name)
      if ((await log.partitions(weights)) === 0) continue
      const { settings: of } = await planPipeline(pipeline, settings.dataDir)
      found.push({ pipeline: name, catalogue: await readCatalogue(log, weights, of, context.stop) })
    }
    if (found.length > 0) return found
    throw noWeightsYet(
      settings,
      named.map(({ name }) => name),
    )
  } finally {
    await log.close()
  }
}

/** What a weights topic says now to a pipeline of these settings. */
export async function readCatalogue(
  log: Log,
  topic: string,
  settings: PipelineSettings,
  stop: AbortSignal,
): Promise<WeightsCatalogue> {
  const { manifest: untrained } = pipelineUntrainedWeights(settings)
  const faultOf = (weights: RecurrentWeights) => {
    try {
      checkChallenger(weights, untrained)
      return null
    } catch (error) {
      if (error instanceof WeightsRefusedError) return error.fault
      throw error
    }
  }
  const catalogue = new WeightsCatalogue(faultOf)
  const { start, end } = await log.bounds(topic, 0)
  if (end > start) {
    for await (const batch of log.read(topic, 0, start, end, stop)) catalogue.take(batch.records)
  }
  return catalogue
}

/**
 * The one pipeline that is meant.
 * @throws UsageError where there are several and none is named
 */
export async function readWeightsCatalogue(
  flags: PipelineFlags,
  context: CommandContext,
): Promise<PipelineCatalogue> {
  const found = await readWeightsCatalogues(flags, context)
  if (found.length === 1) return found[0]!
  throw new UsageError(
    `say which pipeline with --pipeline: ${found.map(({ pipeline }) => pipeline).join(', ')}`,
  )
}

/** @throws UsageError that names the known versions */
export function findVersion({ pipeline, catalogue }: PipelineCatalogue, version: number): CataloguedVersion {
  const found = catalogue.get(version)
  if (found) return found
  const known = catalogue.versions.map((entry) => entry.version).join(', ')
  const forgotten = version < catalogue.nextVersion
  throw new UsageError(
    forgotten
      ? `${pipeline} no longer keeps weights version ${version} (weights.keep); it has ${known}`
      : `${pipeline} has no weights version ${version}; it has ${known}`,
  )
}
