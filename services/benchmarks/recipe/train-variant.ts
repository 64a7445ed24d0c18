import { ChunkArrays } from '#shared/learning/chunk-arrays'
import { huberLoss } from '#shared/learning/huber-loss'
import { SegmentSampler } from '#shared/learning/segment-sampler'
import { leadScales, leadWeights } from '#shared/learning/targets'
import { TrainingLoop } from '#shared/learning/training-loop'
import { trainingDefaults } from '#shared/learning/training-options'
import type { TrainingSeries } from '#shared/learning/training-series'
import { huberDelta, segments, warmUpMax } from '#shared/learning/training-session'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { viewTensors } from '#shared/recurrent/tensors'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { pinballLoss } from './pinball-loss.js'
import type { RecipeVariant } from './recipe-variant.js'

/** A net whose head gives targets divided by the scale of their lead. */
export interface TrainedVariant {
  /** Outputs: H, or Q × H where it gives quantiles. */
  readonly shape: NetShape
  readonly values: Float32Array
  /** [H] */
  readonly scales: Float64Array
}

export interface VariantTraining {
  readonly engine: GradientEngine
  readonly series: readonly TrainingSeries[]
  /** Per entry of `series`: index of its first sample that training must not see. */
  readonly ends: readonly number[]
  /** With one output for each lead. */
  readonly shape: NetShape
  readonly variant: RecipeVariant
  readonly steps: number
  readonly seed: number
}

/** A first session of training by a variant of the recipe: the loop of `TrainingSession` with another loss, noise or mask. */
export function trainVariant(training: VariantTraining): TrainedVariant {
  const { engine, series, ends, shape: single, variant, steps, seed } = training
  const { levels, inputNoise, dropout } = variant
  const { batch, backThrough, leadWeightPower, first } = trainingDefaults
  const leads = single.outputs
  const shape = { ...single, outputs: leads * Math.max(1, levels.length) }
  const random = new SeededRandom(seed)
  const scales = leadScales(series, ends, leads, random)
  const loss = { scales, weights: leadWeights(leads, leadWeightPower), huberDelta }
  const sampler = new SegmentSampler(
    series,
    ends,
    { ...segments, stride: backThrough, warmUp: warmUpMax },
    random,
  )
  const chunk = new ChunkArrays(batch, backThrough, single, loss)
  const { values } = untrainedWeights({ ...shape, featureLayout: variant.name, seed })
  const loop = new TrainingLoop({
    ...{ engine, shape, batch, backThrough, updateEvery: backThrough, steps, inputNoise, random },
    ...{ values, sampler, chunk, learningRate: first.learningRate },
    loss: (outputs, targets, weights, gradient) =>
      levels.length > 0
        ? pinballLoss(outputs, targets, weights, levels, leads, gradient)
        : huberLoss(outputs, targets, weights, huberDelta, gradient),
    drawMask: () => {
      const kept = keptUnits(shape.hidden, dropout, random)
      return (of) => maskHead(shape, of, kept)
    },
  })
  try {
    for (let step = 0; step < steps; step++) loop.step()
  } finally {
    loop.dispose()
  }
  return { shape, values: loop.average.values, scales }
}

/** [D] what each hidden unit counts in the head for this step: 0, or so much that the mean stays 1. */
function keptUnits(units: number, dropout: number, random: SeededRandom): Float64Array | null {
  if (dropout === 0) return null
  return Float64Array.from({ length: units }, () => (random.uniform() < dropout ? 0 : 1 / (1 - dropout)))
}

/** A copy whose head has its columns weighed by `kept`; the array itself where nothing is left out. @param values [P] */
function maskHead(shape: NetShape, values: Float32Array, kept: Float64Array | null): Float32Array {
  if (kept === null) return values
  const copy = values.slice()
  const { hiddenToOutputs } = viewTensors(shape, copy)
  for (let i = 0; i < hiddenToOutputs.length; i++) hiddenToOutputs[i]! *= kept[i % kept.length]!
  return copy
}
