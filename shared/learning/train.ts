import { setImmediate } from 'node:timers/promises'
import type { GruWeights } from '#shared/recurrent/gru-weights'
import { loadTensorflow, type Tensorflow } from '#shared/recurrent/tensorflow/backend'
import { differentiateChunk } from '#shared/recurrent/tensorflow/gru-gradient'
import { Adam, clipToNorm, learningRateAt } from './adam.js'
import { ChunkArrays } from './chunk-arrays.js'
import { HeldBackStretch } from './held-back-loss.js'
import { splitHeldBack } from './held-back-split.js'
import {
  copyParameters,
  type NetShape,
  type Parameters,
  parameterParts,
  scaleHead,
  shapeOf,
  zeroParameters,
} from './parameters.js'
import { createSeededRandom } from './seeded-random.js'
import { SegmentSampler } from './segment-sampler.js'
import { leadScales, leadWeights } from './targets.js'
import type { TrainingOptions, TrainingResult } from './training-options.js'
import type { TrainingSeries } from './training-series.js'
import { createUntrainedWeights } from './untrained-weights.js'

const huberDelta = 2
const gradientNormMax = 1
/** Memory of the weight average that is exported, per step; it starts as the plain mean. */
const averageMemory = 0.98
const segments = { chunksPerSegment: 4, warmUp: 16, recentShare: 0.5, recentMean: 0.15 }

/**
 * One training session: truncated BPTT with carried state on the matured part of `series`.
 *
 * Deterministic for a seed on one machine and backend. Gives the event loop a turn after every step, and ends within
 * one step of an abort, with what it has then.
 */
export async function trainWeights(
  series: readonly TrainingSeries[],
  options: TrainingOptions,
  signal?: AbortSignal,
): Promise<TrainingResult> {
  const { tf } = await loadTensorflow()
  const session = new TrainingSession(tf, series, options)
  while (!session.done && !signal?.aborted) {
    session.step()
    await setImmediate()
  }
  return session.finish()
}

/** The state of a session between its steps. */
class TrainingSession {
  readonly #tf: Tensorflow
  readonly #options: TrainingOptions
  readonly #shape: NetShape
  readonly #scales: Float64Array
  readonly #heldBack: HeldBackStretch
  readonly #sampler: SegmentSampler
  readonly #chunk: ChunkArrays
  readonly #net: Parameters
  readonly #average: Parameters
  readonly #gradient: Parameters
  readonly #adam: Adam
  readonly #samples: number
  #steps = 0
  #loss = Number.NaN
  #gradientNorm = Number.NaN
  #diverged = false

  constructor(tf: Tensorflow, series: readonly TrainingSeries[], options: TrainingOptions) {
    this.#tf = tf
    this.#options = options
    this.#shape = shapeOf(options.from)
    const H = this.#shape.leads
    const random = createSeededRandom(options.seed)
    const { ends } = splitHeldBack(series, options.heldBackShare)
    this.#scales = leadScales(series, (i) => ends[i]!, H, random)
    const weights = leadWeights(H, options.leadWeightPower)
    this.#heldBack = new HeldBackStretch(series, ends, this.#shape, this.#scales, weights)
    this.#sampler = new SegmentSampler(series, ends, segments, random)
    this.#chunk = new ChunkArrays(options.batch, options.chunk, this.#shape, this.#scales, weights)
    this.#samples = ends.reduce((sum, end) => sum + end, 0)
    const { featureLayout } = options.from.manifest
    const start = options.warm
      ? options.from
      : createUntrainedWeights(this.#shape, featureLayout, options.seed)
    this.#net = this.#unfolded(start)
    this.#average = copyParameters(this.#net, this.#shape)
    this.#gradient = zeroParameters(this.#shape)
    this.#adam = new Adam(this.#net.all.length)
  }

  get done(): boolean {
    return this.#diverged || this.#steps >= this.#options.steps
  }

  step(): void {
    const { steps, learningRate } = this.#options
    this.#sampler.fillNext(this.#chunk, this.#shape.hidden)
    if (this.#chunk.normalise() === 0) {
      this.#diverged = true
      return
    }
    const { loss, gradient, hidden } = differentiateChunk(this.#tf, this.#net, this.#chunk, huberDelta)
    this.#chunk.hidden.set(hidden)
    for (const part of parameterParts) this.#gradient[part].set(gradient[part])
    this.#gradientNorm = clipToNorm(this.#gradient.all, gradientNormMax)
    this.#loss = Number.isNaN(this.#loss) ? loss : 0.9 * this.#loss + 0.1 * loss
    if (!Number.isFinite(this.#loss) || !Number.isFinite(this.#gradientNorm)) {
      this.#diverged = true
      return
    }
    const rise = Math.min(10, Math.ceil(steps / 10))
    this.#adam.step(this.#net.all, this.#gradient.all, learningRateAt(this.#steps, steps, learningRate, rise))
    this.#steps += 1
    const keep = Math.min(averageMemory, 1 - 1 / this.#steps)
    const { all } = this.#net
    for (let i = 0; i < all.length; i++)
      this.#average.all[i] = keep * this.#average.all[i]! + (1 - keep) * all[i]!
    this.#options.onProgress?.({ step: this.#steps, steps, loss, gradientNorm: this.#gradientNorm })
  }

  finish(): TrainingResult {
    const { from, version, trainedToMs } = this.#options
    const outcome = { gradientNorm: this.#gradientNorm, steps: this.#steps }
    if (this.#diverged || this.#steps === 0 || !this.#average.all.every(Number.isFinite)) {
      return { ...outcome, weights: from, loss: Number.NaN, better: false }
    }
    const heldBack = this.#heldBack.empty
      ? null
      : {
          loss: this.#heldBack.lossOf(this.#tf, this.#average, huberDelta),
          servingLoss: this.#heldBack.lossOf(this.#tf, this.#unfolded(from), huberDelta),
          naiveLoss: this.#heldBack.naiveLoss(huberDelta),
        }
    const exported = copyParameters(this.#average, this.#shape)
    scaleHead(exported, this.#scales)
    const weights: GruWeights = {
      manifest: { ...from.manifest, version, trainedToMs, samples: this.#samples, heldBack },
      ...separate(exported),
    }
    const better = heldBack !== null && heldBack.loss < heldBack.servingLoss
    return { ...outcome, weights, loss: this.#loss, better }
  }

  /** A copy of published weights whose head gives targets divided by this session's lead scales. */
  #unfolded(weights: GruWeights): Parameters {
    const copy = copyParameters(weights, this.#shape)
    scaleHead(
      copy,
      this.#scales.map((scale) => 1 / scale),
    )
    return copy
  }
}

/** Arrays of their own, so that published weights do not keep a larger buffer. */
function separate(parameters: Parameters): Omit<GruWeights, 'manifest'> {
  const parts = parameterParts.map((part) => [part, parameters[part].slice()] as const)
  return Object.fromEntries(parts) as unknown as Omit<GruWeights, 'manifest'>
}
