import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import { type NetShape, sameShape, shapeOf } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { ChunkArrays, type LossSettings } from './chunk-arrays.js'
import { gradientFlow } from './gradient-flow.js'
import { HeldBackStretch } from './held-back-stretch.js'
import { huberLoss } from './huber-loss.js'
import { scaleHead } from './scale-head.js'
import { SegmentSampler } from './segment-sampler.js'
import { splitHeldBack } from './split-held-back.js'
import { leadScales, leadWeights } from './targets.js'
import { gradientNormMax, TrainingLoop } from './training-loop.js'
import { type TrainingOptions, type TrainingResult, trainingDefaults } from './training-options.js'
import type { TrainingSeries } from './training-series.js'

/** Error, in divided targets, beyond which the loss is linear. */
export const huberDelta = 2
/** A segment is four chunks long. Half of them are drawn by age, with a mean of 15 % of the history. */
export const segments = { chunksPerSegment: 4, recentShare: 0.5, recentMean: 0.15 }
/** First steps of a segment that only warm the state, which starts at zero: at most half of a chunk. */
export const warmUpMax = 16
/** Shorter sessions are judged at their end only: a look at the held-back stretch costs as much as several steps. */
const checkedStepsMin = 100

/** One training session between its steps; `trainWeights` drives it. */
export class TrainingSession {
  readonly #engine: GradientEngine
  readonly #series: readonly TrainingSeries[]
  readonly #options: TrainingOptions
  readonly #lossSettings: LossSettings
  readonly #shape: NetShape
  readonly #scales: Float64Array
  readonly #heldBack: HeldBackStretch
  readonly #sampler: SegmentSampler
  readonly #loop: TrainingLoop
  readonly #samples: number
  #best: { loss: number; values: Float32Array } | undefined
  #chunks = 0
  #clipped = 0
  #loss = Number.NaN
  #gradientNorm = Number.NaN
  #ended: 'diverged' | 'stopped early' | 'nothing to learn' | undefined

  /** @throws RangeError when the options contradict one another */
  constructor(engine: GradientEngine, series: readonly TrainingSeries[], options: TrainingOptions) {
    checkOptions(options)
    this.#engine = engine
    this.#series = series
    this.#options = options
    const { shape, batch, backThrough, updateEvery } = options
    this.#shape = shape
    const random = new SeededRandom(options.seed)
    const ends = splitHeldBack(series, options.heldBackShare)
    this.#samples = series.reduce((sum, { values }) => sum + values.length, 0)
    this.#scales = leadScales(series, ends, shape.outputs, random)
    const weights = leadWeights(shape.outputs, options.leadWeightPower ?? trainingDefaults.leadWeightPower)
    const loss = { scales: this.#scales, weights, huberDelta }
    this.#lossSettings = loss
    this.#heldBack = new HeldBackStretch(engine, series, ends, shape, loss)
    const warmUp = Math.min(warmUpMax, Math.floor(backThrough / 2))
    this.#sampler = new SegmentSampler(series, ends, { ...segments, stride: updateEvery, warmUp }, random)
    if (this.#sampler.empty) this.#ended = 'nothing to learn'
    const { featureLayout } = options.from.manifest
    const fresh = options.warm
      ? startOf(options)
      : untrainedWeights({ ...shape, featureLayout, seed: options.seed })
    const { steps, learningRate, inputNoise } = options
    this.#loop = new TrainingLoop({
      ...{ engine, shape, batch, backThrough, updateEvery, steps, learningRate, inputNoise, random },
      values: this.#unfold(fresh),
      sampler: this.#sampler,
      chunk: new ChunkArrays(batch, backThrough, shape, loss),
      loss: (outputs, targets, lossWeights, gradient) =>
        huberLoss(outputs, targets, lossWeights, huberDelta, gradient),
    })
  }

  get #steps(): number {
    return this.#loop.steps
  }

  get done(): boolean {
    return this.#ended !== undefined || this.#chunks >= this.#options.steps
  }

  /** One chunk forward and backward, one move of the weights. */
  step(): void {
    const { steps, onProgress } = this.#options
    this.#chunks += 1
    const figures = this.#loop.step()
    if (figures === null) return
    const { loss, gradientNorm } = figures
    this.#gradientNorm = gradientNorm
    this.#loss = Number.isNaN(this.#loss) ? loss : 0.9 * this.#loss + 0.1 * loss
    if (!Number.isFinite(this.#loss + gradientNorm)) {
      this.#ended = 'diverged'
      return
    }
    if (gradientNorm > gradientNormMax) this.#clipped += 1
    if (steps >= checkedStepsMin && this.#steps % Math.ceil(steps / 4) === 0) this.#check()
    onProgress?.({ step: this.#steps, steps, loss, gradientNorm })
  }

  /** What came of it; an aborted session proves nothing and is not judged. The session cannot go on after it. */
  finish(aborted: boolean): TrainingResult {
    this.#loop.dispose()
    if (this.#steps === 0 && this.#series.some(isSpoiled)) this.#ended = 'diverged'
    const { from, version, trainedToMs } = this.#options
    const outcome = {
      loss: this.#loss,
      gradientNorm: this.#gradientNorm,
      clippedShare: this.#clipped / this.#steps,
      steps: this.#steps,
      ended: this.#ended ?? null,
    }
    if (!aborted && this.#ended !== 'diverged' && this.#steps > 0) this.#check()
    const learned = this.#best?.values ?? this.#loop.average.values
    if (this.#ended === 'diverged' || this.#steps === 0 || !learned.every(Number.isFinite)) {
      return { ...outcome, loss: Number.NaN, weights: from, better: false }
    }
    const heldBack = aborted || this.#best === undefined ? null : this.#judge(this.#best.loss)
    const flow = aborted ? null : this.#measureGradientFlow(learned)
    const values = learned.slice()
    scaleHead(this.#shape, values, this.#scales)
    const { featureLayout } = from.manifest
    const samples = this.#samples
    const origin = { version, featureLayout, trainedToMs, samples, heldBack, gradientFlow: flow }
    // Against "no change" too: weights that have served badly are beaten by much that is not worth a contest.
    const better = heldBack !== null && heldBack.loss < Math.min(heldBack.servingLoss, heldBack.naiveLoss)
    return { ...outcome, weights: { manifest: { ...this.#shape, ...origin }, values }, better }
  }

  /** @param values whose head gives targets divided by this session's lead scales */
  #measureGradientFlow(values: Float32Array): GradientFlowFigures | null {
    return gradientFlow(this.#engine, { shape: this.#shape, values }, this.#series, this.#lossSettings)
  }

  /** Keeps the best average so far by the held-back loss, and ends the session when it clearly gets worse. */
  #check(): void {
    const values = this.#loop.average.values.slice()
    const loss = this.#heldBack.lossOf(this.#shape, values)
    if (this.#best === undefined || loss < this.#best.loss) {
      if (Number.isFinite(loss)) this.#best = { loss, values }
    } else if (loss > 1.1 * this.#best.loss) {
      this.#ended ??= 'stopped early'
    }
  }

  #judge(loss: number): { loss: number; servingLoss: number; naiveLoss: number } {
    const { from } = this.#options
    const servingLoss = this.#heldBack.lossOf(shapeOf(from.manifest), this.#unfold(from))
    return { loss, servingLoss, naiveLoss: this.#heldBack.naiveLoss() }
  }

  /** A copy of published weights whose head gives targets divided by this session's lead scales. */
  #unfold({ manifest, values }: RecurrentWeights): Float32Array {
    const copy = values.slice()
    const inverse = this.#scales.map((scale) => 1 / scale)
    scaleHead(manifest, copy, inverse)
    return copy
  }
}

/** Whether something was observed and has no scale: then it is the computing that has failed, and not that there was nothing to learn from. */
function isSpoiled({ observed, scales }: TrainingSeries): boolean {
  return observed.some((seen, i) => seen > 0 && !Number.isFinite(scales[i]))
}

function startOf({ start, from }: TrainingOptions): RecurrentWeights {
  return start ?? from
}

function checkOptions(options: TrainingOptions): void {
  const { shape, warm, backThrough, updateEvery } = options
  const { manifest } = startOf(options)
  if (updateEvery < 1 || updateEvery > backThrough) {
    throw new RangeError(
      `updateEvery is ${updateEvery} and backThrough ${backThrough}: steps that the gradient does not reach teach nothing, so updateEvery is 1 to backThrough`,
    )
  }
  if (warm && !sameShape(shape, manifest)) {
    throw new RangeError(
      `a warm session starts at weights of its own shape, not at version ${manifest.version}`,
    )
  }
}
