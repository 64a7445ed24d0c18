import type { Configuration, PipelineConfiguration } from '#shared/configuration/configuration'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import { openFeed } from '#shared/feed/open-feed'
import { feedSpec } from '../commands/reading-flags.js'
import { settlePipeline } from './settle-pipeline.js'

/** A pipeline that is about to run. */
export interface PipelinePlan {
  readonly settings: PipelineSettings
  readonly source: string | null
  readonly speed: number | 'max' | undefined
  /** Opened once, on the first call; null without a feed. */
  feed(): Promise<Feed | null>
}

/** Settle every pipeline's cadence. Feeds that have to tell it are opened now, the others when they are needed. */
export async function planPipelines(configuration: Configuration): Promise<PipelinePlan[]> {
  return Promise.all(
    configuration.pipelines.map((pipeline) => planPipeline(pipeline, configuration.log.dataDir)),
  )
}

/** Settle one pipeline's cadence, as `planPipelines` does. */
export async function planPipeline(pipeline: PipelineConfiguration, cacheDir: string): Promise<PipelinePlan> {
  let opened: Promise<Feed | null> | undefined
  const feed = () => {
    opened ??= pipeline.feed ? openFeed(feedSpec(pipeline.feed), { cacheDir }) : Promise.resolve(null)
    return opened
  }
  const cadenceMs = pipeline.cadenceMs ?? (await feed())?.cadenceMs ?? 0
  return {
    settings: await settlePipeline(pipeline, cadenceMs, feed),
    source: pipeline.feed?.source ?? null,
    speed: pipeline.feed?.speed,
    feed,
  }
}
