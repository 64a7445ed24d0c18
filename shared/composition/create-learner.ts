import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { Learner } from '#shared/learning/learner'
import { SampleCollector } from '#shared/learning/sample-collector'
import { TrainingSet } from '#shared/learning/training-set'
import { WARM_STEPS } from '#shared/pipeline/forecast-line'
import { lineFeatures } from '#shared/pipeline/line-features'
import type { GruWeights } from '#shared/recurrent/gru-weights'
import { pipelineDecoder } from './pipeline-parts.js'

/** Samples that a training set holds at most: with 24 features about 200 MB. */
const SAMPLES_MAX = 2_000_000

/** A learner for a pipeline, that has collected nothing yet. */
export function createLearner(settings: PipelineSettings, serving: GruWeights): Learner {
  const { horizon, season, cadenceMs, seed } = settings
  const { features } = lineFeatures(settings)
  const set = new TrainingSet({ samplesMax: SAMPLES_MAX, features, horizon })
  const collector = new SampleCollector(settings, pipelineDecoder(settings), set)
  return new Learner(collector, set, serving, { seed, season, cadenceMs, warmSteps: WARM_STEPS })
}
