import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { Learner } from '#shared/learning/learner'
import { SampleCollector } from '#shared/learning/sample-collector'
import { TrainingSet } from '#shared/learning/training-set'
import { lineFeatures } from '#shared/pipeline/line-features'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { createGradientEngine } from './create-gradient-engine.js'
import { pipelineDecoder, pipelineNetShape } from './pipeline-parts.js'

/**
 * A learner for a pipeline, that has collected nothing yet.
 * @param engine computes the gradients; asked for when the first session begins
 */
export function createLearner(
  settings: PipelineSettings,
  serving: RecurrentWeights,
  engine = () => createGradientEngine(settings.learnEngine),
): Learner {
  const { horizon, season, cadenceMs, seed, updateEvery, backThrough, promotion, learnEvery } = settings
  const { features } = lineFeatures(settings)
  const set = new TrainingSet({ memory: settings.learnMemory, features, horizon, cadenceMs, seed })
  const collector = new SampleCollector(settings, pipelineDecoder(settings), set)
  return new Learner(collector, set, serving, {
    engine,
    shape: pipelineNetShape(settings),
    // A block is a horizon at least, so that forecasts overlap little, and a season, so that it has every hour of the day.
    blockMs: cadenceMs * Math.max(horizon, season),
    ...{
      updateEvery,
      backThrough,
      seed,
      season,
      promotion,
      every: learnEvery,
      onDrift: settings.learnOnDrift,
    },
  })
}
