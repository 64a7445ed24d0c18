import type { PipelineConfiguration } from '#shared/configuration/configuration'
import { calendarSeason, type PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import { seasonOfFeed } from '#shared/feed/season-of-feed'

/**
 * A pipeline's settings, with the season of its feed where neither the configuration nor the calendar has one.
 * @param feed opened only when it is asked for the season
 * @param tell told in a sentence what season was found
 */
export async function settlePipeline(
  pipeline: PipelineConfiguration,
  cadenceMs: number,
  feed: () => Promise<Feed | null>,
  tell: (sentence: string) => void = () => undefined,
): Promise<PipelineSettings> {
  if (pipeline.season !== null || calendarSeason(cadenceMs) !== null) return pipeline.resolve(cadenceMs)
  const opened = await feed()
  const season = opened ? await seasonOfFeed(opened) : 1
  if (season > 1) tell(`the readings repeat every ${season} samples, which is taken as their season`)
  return pipeline.resolve(cadenceMs, season)
}
