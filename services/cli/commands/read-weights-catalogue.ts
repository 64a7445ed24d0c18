import { existsSync } from 'node:fs'
import { describeLog, openLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { pipelineTopics } from '#shared/contracts/topics'
import { type CataloguedVersion, WeightsCatalogue } from '#shared/contracts/weights-catalogue'
import { LogUnavailableError } from '#shared/log/errors'
import type { Log } from '#shared/log/port'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'

/** Which pipeline's weights, and where its log is. */
export interface WeightsFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly pipeline?: string
  readonly json?: boolean
}

export interface PipelineCatalogue {
  readonly pipeline: string
  readonly catalogue: WeightsCatalogue
}

/**
 * Read the weights topics of the pipelines that are asked for, without a group: nobody is disturbed.
 * @throws UsageError where the log has no weights topic of them
 */
export async function readWeightsCatalogues(
  { config, dataDir, pipeline }: WeightsFlags,
  { env, clock, stop }: CommandContext,
): Promise<readonly PipelineCatalogue[]> {
  const configuration = loadConfiguration({ file: config ?? env.FORETIDE_CONFIG, flags: { dataDir }, env })
  const { log: settings, topicPrefix } = configuration
  if (settings.kind === 'embedded' && !existsSync(settings.dataDir)) {
    throw new LogUnavailableError(
      `there is no log in ${settings.dataDir}; start one with \`foretide up\`, or say where it is with --data-dir`,
    )
  }
  const names = configuration.pipelines.map(({ name }) => name)
  if (pipeline !== undefined && !names.includes(pipeline)) {
    throw new UsageError(`there is no pipeline ${pipeline}; the configuration has ${names.join(', ')}`)
  }
  const log = await openLog(settings, clock)
  try {
    const found: PipelineCatalogue[] = []
    for (const name of pipeline === undefined ? names : [pipeline]) {
      const { weights } = pipelineTopics(topicPrefix, name)
      if ((await log.partitions(weights)) === 0) continue
      found.push({ pipeline: name, catalogue: await readCatalogue(log, weights, stop) })
    }
    if (found.length > 0) return found
    throw new UsageError(
      `the log, ${describeLog(settings)}, has no weights of ${pipeline ?? names.join(', ')} yet; \`foretide up\` makes the topics`,
    )
  } finally {
    await log.close()
  }
}

/** What a weights topic says now. */
export async function readCatalogue(log: Log, topic: string, stop: AbortSignal): Promise<WeightsCatalogue> {
  const catalogue = new WeightsCatalogue()
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
  flags: WeightsFlags,
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
  throw new UsageError(`${pipeline} has no weights version ${version}; it has ${known}`)
}
