import type { GradientEngine, UnrolledNet } from '#shared/recurrent/gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import type { SeededRandom } from '#shared/recurrent/seeded-random'
import { Adam, clipToNorm, learningRateAt } from './adam.js'
import type { ChunkArrays } from './chunk-arrays.js'
import type { SegmentSampler } from './segment-sampler.js'
import { WeightAverage } from './weight-average.js'

export const gradientNormMax = 1

/**
 * A loss over the rows of a chunk.
 * @param targets [N, H], finite also where the weight is 0
 * @param weights [N, H]; 0 leaves a target out
 * @param gradient [N, outputs], becomes ∂loss/∂outputs
 */
export type ChunkLoss = (
  outputs: Float32Array,
  targets: Float32Array,
  weights: Float32Array,
  gradient: Float32Array,
) => number

export interface TrainingLoopOptions {
  readonly engine: GradientEngine
  /** Of the net, which may give several outputs for a lead. */
  readonly shape: NetShape
  /** Where training starts; moved in place. */
  readonly values: Float32Array
  readonly sampler: SegmentSampler
  readonly chunk: ChunkArrays
  readonly loss: ChunkLoss
  readonly batch: number
  readonly backThrough: number
  readonly updateEvery: number
  /** Planned updates, over which the learning rate falls. */
  readonly steps: number
  readonly learningRate: number
  readonly inputNoise: number
  readonly random: SeededRandom
  /** Drawn for each chunk: what it does to a copy of the weights before the pass, and to their gradient after it. */
  readonly drawMask?: () => (values: Float32Array) => Float32Array
}

/** What one chunk came to. */
export interface ChunkFigures {
  readonly loss: number
  /** Of the gradient before clipping. */
  readonly gradientNorm: number
}

/** Truncated BPTT, chunk by chunk: states carried on, the gradient clipped, one move of the weights each, and their average. */
export class TrainingLoop {
  readonly average: WeightAverage
  /** Updates so far. */
  steps = 0
  private readonly adam: Adam
  private readonly net: UnrolledNet
  private readonly outputGradient: Float32Array

  constructor(private readonly options: TrainingLoopOptions) {
    const { engine, shape, values, batch, backThrough } = options
    this.average = new WeightAverage(values.length)
    this.adam = new Adam(values.length)
    this.net = engine.prepare(shape, { lanes: batch, steps: backThrough })
    this.outputGradient = new Float32Array(batch * backThrough * shape.outputs)
  }

  /**
   * One chunk forward and backward, one move of the weights.
   * @returns null where nothing in it was observed: it moves the states, not the weights. Figures that are not finite moved nothing either
   */
  step(): ChunkFigures | null {
    const { values, sampler, chunk, inputNoise, random, drawMask, backThrough, updateEvery } = this.options
    sampler.fillNext(chunk)
    chunk.addNoise(inputNoise, random)
    const weight = chunk.normalise()
    const mask = drawMask?.() ?? same
    const pass = this.net.forward(mask(values), chunk)
    const loss = this.options.loss(pass.outputs, chunk.targets, chunk.lossWeights, this.outputGradient)
    chunk.state.set(updateEvery === backThrough ? pass.state : pass.stateAfter(updateEvery))
    if (weight === 0) return null
    const gradient = mask(this.net.backward(this.outputGradient).gradient)
    const gradientNorm = clipToNorm(gradient, gradientNormMax)
    if (!Number.isFinite(loss + gradientNorm)) return { loss, gradientNorm }
    const { steps, learningRate } = this.options
    this.adam.step(values, gradient, learningRateAt(this.steps, steps, learningRate))
    this.average.add(values)
    this.steps += 1
    return { loss, gradientNorm }
  }

  dispose(): void {
    this.net.dispose()
  }
}

function same(values: Float32Array): Float32Array {
  return values
}
