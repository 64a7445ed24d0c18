import { tensorShapes } from '#shared/recurrent/check-weights'
import type { GruWeights } from '#shared/recurrent/gru-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import type { Tensorflow } from '#shared/recurrent/tensorflow/backend'
import { differentiateChunk } from '#shared/recurrent/tensorflow/gru-gradient'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { Adam, clipToNorm, learningRateAt } from './adam.js'
import { ChunkArrays } from './chunk-arrays.js'
import { HeldBackStretch } from './held-back-stretch.js'
import {
  copyParameters,
  type NetShape,
  type Parameters,
  scaleHead,
  shapeOf,
  zeroParameters,
} from './parameters.js'
import { SegmentSampler } from './segment-sampler.js'
import { splitHeldBack } from './split-held-back.js'
import { leadScales, leadWeights } from './targets.js'
import { type TrainingOptions, type TrainingResult, trainingDefaults } from './training-options.js'
import type { TrainingSeries } from './training-series.js'
import { WeightAverage } from './weight-average.js'

const huberDelta = 2
const gradientNormMax = 1
/** A segment is four chunks long. Half of them are drawn by age, with a mean of 15 % of the history. */
const segments = { chunksPerSegment: 4, recentShare: 0.5, recentMean: 0.15 }
/** First steps of a segment that only warm the state, which starts at zero: at most half of a chunk. */
const warmUpMax = 16
/** Shorter sessions are judged at their end only: a look at the held-back stretch costs as much as several steps. */
const checkedStepsMin = 100

/** One training session between its steps; `trainWeights` drives it. */
export class TrainingSession {
  readonly #tf: Tensorflow
  readonly #options: TrainingOptions
  readonly #shape: NetShape
  readonly #scales: Float64Array
  readonly #heldBack: HeldBackStretch
  readonly #sampler: SegmentSampler
  readonly #chunk: ChunkArrays
  readonly #net: Parameters
  readonly #average: WeightAverage
  readonly #gradient: Parameters
  readonly #adam: Adam
  readonly #samples: number
  #best: { loss: number; all: Float32Array } | undefined
  #chunks = 0
  #steps = 0
  #loss = Number.NaN
  #gradientNorm = Number.NaN
  #ended: 'diverged' | 'stopped early' | 'nothing to learn' | undefined

  constructor(tf: Tensorflow, series: readonly TrainingSeries[], options: TrainingOptions) {
    this.#tf = tf
    this.#options = options
    const shape = shapeOf(options.from)
    this.#shape = shape
    const random = new SeededRandom(options.seed)
    const ends = splitHeldBack(series, options.heldBackShare)
    this.#samples = series.reduce((sum, { values }) => sum + values.length, 0)
    this.#scales = leadScales(series, ends, shape.leads, random)
    const weights = leadWeights(shape.leads, options.leadWeightPower ?? trainingDefaults.leadWeightPower)
    const loss = { scales: this.#scales, weights, huberDelta }
    this.#heldBack = new HeldBackStretch(series, ends, shape, loss)
    const warmUp = Math.min(warmUpMax, Math.floor(options.chunk / 2))
    this.#sampler = new SegmentSampler(series, ends, { ...segments, warmUp }, random)
    if (this.#sampler.empty) this.#ended = 'nothing to learn'
    this.#chunk = new ChunkArrays(options.batch, options.chunk, shape, loss)
    const { featureLayout } = options.from.manifest
    const fresh = options.warm
      ? options.from
      : untrainedWeights({ ...shape, featureLayout, seed: options.seed })
    this.#net = this.#unfold(fresh)
    this.#average = new WeightAverage(this.#net.all.length)
    this.#gradient = zeroParameters(shape)
    this.#adam = new Adam(this.#net.all.length)
  }

  get done(): boolean {
    return this.#ended !== undefined || this.#chunks >= this.#options.steps
  }

  /** One chunk forward and backward, one move of the weights. */
  step(): void {
    const { steps, learningRate, onProgress } = this.#options
    this.#sampler.fillNext(this.#chunk)
    const weight = this.#chunk.normalise()
    this.#chunks += 1
    const { loss, gradient, hidden } = differentiateChunk(this.#tf, this.#net, this.#chunk, huberDelta)
    this.#chunk.hidden.set(hidden)
    // Nothing in it was observed: it moves the states, not the weights.
    if (weight === 0) return
    for (const { name } of tensorShapes(this.#shape)) this.#gradient[name].set(gradient[name])
    this.#gradientNorm = clipToNorm(this.#gradient.all, gradientNormMax)
    this.#loss = this.#steps === 0 ? loss : 0.9 * this.#loss + 0.1 * loss
    if (!Number.isFinite(this.#loss + this.#gradientNorm)) {
      this.#ended = 'diverged'
      return
    }
    this.#adam.step(this.#net.all, this.#gradient.all, learningRateAt(this.#steps, steps, learningRate))
    this.#average.add(this.#net.all)
    this.#steps += 1
    if (steps >= checkedStepsMin && this.#steps % Math.ceil(steps / 4) === 0) this.#check()
    onProgress?.({ step: this.#steps, steps, loss, gradientNorm: this.#gradientNorm })
  }

  /** What came of it; an aborted session proves nothing and is not judged. */
  finish(aborted: boolean): TrainingResult {
    const { from, version, trainedToMs } = this.#options
    const outcome = { loss: this.#loss, gradientNorm: this.#gradientNorm, steps: this.#steps }
    if (!aborted && this.#ended !== 'diverged' && this.#steps > 0) this.#check()
    const learned = this.#best?.all ?? this.#average.values
    if (this.#ended === 'diverged' || this.#steps === 0 || !learned.every(Number.isFinite)) {
      return { ...outcome, loss: Number.NaN, weights: from, better: false }
    }
    const heldBack = aborted || this.#best === undefined ? null : this.#judge(this.#best.loss)
    const exported = zeroParameters(this.#shape)
    exported.all.set(learned)
    scaleHead(exported, this.#scales)
    const parts = tensorShapes(this.#shape).map(({ name }) => [name, exported[name].slice()])
    const arrays = Object.fromEntries(parts) as Omit<GruWeights, 'manifest'>
    const manifest = { ...from.manifest, version, trainedToMs, samples: this.#samples, heldBack }
    const better = heldBack !== null && heldBack.loss < heldBack.servingLoss
    return { ...outcome, weights: { manifest, ...arrays }, better }
  }

  /** Keeps the best average so far by the held-back loss, and ends the session when it clearly gets worse. */
  #check(): void {
    const candidate = zeroParameters(this.#shape)
    candidate.all.set(this.#average.values)
    const loss = this.#heldBack.lossOf(this.#tf, candidate)
    if (this.#best === undefined || loss < this.#best.loss) {
      if (Number.isFinite(loss)) this.#best = { loss, all: candidate.all }
    } else if (loss > 1.1 * this.#best.loss) {
      this.#ended ??= 'stopped early'
    }
  }

  #judge(loss: number): { loss: number; servingLoss: number; naiveLoss: number } {
    const servingLoss = this.#heldBack.lossOf(this.#tf, this.#unfold(this.#options.from))
    return { loss, servingLoss, naiveLoss: this.#heldBack.naiveLoss() }
  }

  /** A copy of published weights whose head gives targets divided by this session's lead scales. */
  #unfold(weights: GruWeights): Parameters {
    const copy = copyParameters(weights, this.#shape)
    const inverse = this.#scales.map((scale) => 1 / scale)
    scaleHead(copy, inverse)
    return copy
  }
}
