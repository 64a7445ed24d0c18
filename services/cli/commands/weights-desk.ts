import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import { streamTime } from '#shared/composition/stream-time'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { pipelineTopics } from '#shared/contracts/topics'
import type { CataloguedVersion } from '#shared/contracts/weights-catalogue'
import type { ByHand } from '#shared/contracts/weights-records'
import type { Log, NewRecord } from '#shared/log/port'
import { checkChallenger } from '#shared/promotion/check-challenger'
import type { CommandContext } from '../command-context.js'
import { planPipeline } from '../platform/pipeline-plan.js'
import { UsageError } from '../usage-error.js'
import { namedPipelines, onePipeline, type PipelineFlags } from './named-pipelines.js'
import { noWeightsYet } from './no-weights-yet.js'
import { openStandingLog } from './open-standing-log.js'
import { operator } from './operator.js'
import { findVersion, type PipelineCatalogue, readCatalogue } from './read-weights-catalogue.js'

export interface DecidingFlags extends PipelineFlags {
  /** Why, for those who read the log later. */
  readonly reason?: string
}

/** A pipeline's weights topic, open to append to. Whoever runs the pipeline, in whichever process, obeys what stands there. */
export interface WeightsDesk extends PipelineCatalogue {
  readonly log: Log
  readonly topic: string
  readonly settings: PipelineSettings
  /** Stream time, as far as the last records of the input tell; the clock's where they hold no reading. */
  readonly timeMs: number
  readonly hand: ByHand
  /** Append, all or nothing, and read what the topic says then. */
  append(records: readonly NewRecord[]): Promise<PipelineCatalogue>
}

/**
 * Open one pipeline's weights, work on them, and close the log.
 * @throws UsageError where it is not clear which pipeline is meant, or the log does not have it
 */
export async function atWeightsDesk<T>(
  flags: DecidingFlags,
  context: CommandContext,
  work: (desk: WeightsDesk) => Promise<T>,
): Promise<T> {
  const { terminal, clock, stop } = context
  const found = namedPipelines(flags, context)
  const { log: logSettings, topicPrefix } = found.configuration
  const pipeline = onePipeline(found)
  const { name } = pipeline
  const { settings } = await planPipeline(pipeline, logSettings.dataDir)
  const { weights: topic } = pipelineTopics(topicPrefix, name)
  const log = await openStandingLog(logSettings, clock, terminal.err)
  try {
    if ((await log.partitions(topic)) === 0) throw noWeightsYet(logSettings, [name])
    const read = async () => ({ pipeline: name, catalogue: await readCatalogue(log, topic, settings, stop) })
    return await work({
      ...{ log, topic, settings, ...(await read()) },
      timeMs: (await streamTime(log, settings)) ?? clock.now(),
      hand: { by: operator(), reason: flags.reason ?? null },
      append: async (records) => {
        if (records.length > 0) await log.append(topic, records)
        return read()
      },
    })
  } finally {
    await log.close()
  }
}

/**
 * The version, once it is sure that it may serve this pipeline.
 * @throws UsageError for one that the topic does not have, or where the configuration pins another
 * @throws WeightsRefusedError for one that the forecaster refuses
 */
export function servableVersion(desk: WeightsDesk, version: number): CataloguedVersion {
  const found = findVersion(desk, version)
  const { pinnedVersion } = desk.settings
  if (pinnedVersion !== null && pinnedVersion !== version) {
    throw new UsageError(
      `the configuration has version ${pinnedVersion} serve (weights.pin of ${desk.pipeline}); take that away first, and start again`,
    )
  }
  if (found.weights) checkChallenger(found.weights, pipelineUntrainedWeights(desk.settings).manifest)
  return found
}
