import { SampleEncoder } from '#shared/encoding/sample-encoder'
import { seasonOf } from '#shared/series/season'
import { StateLayout } from '#shared/series-state/state-layout'

/** What an engine and its weights must fit: the features of a pipeline's samples. */
export function lineFeatures(options: { season: number; cadenceMs: number; horizon: number }): {
  readonly features: number
  readonly featureLayout: string
} {
  const season = seasonOf(options.season, options.cadenceMs)
  const { features, featureLayout } = new SampleEncoder(new StateLayout(), season, options.horizon)
  return { features, featureLayout }
}
