import type { LogRecord } from '#shared/log/port'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { type NetShape, sameShape } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { SampleCollector } from './sample-collector.js'
import { trainWeights } from './train.js'
import { type TrainingProgress, type TrainingResult, trainingDefaults } from './training-options.js'
import { type SessionPlan, TrainingSchedule } from './training-schedule.js'
import type { TrainingSet } from './training-set.js'

/** A weights version on its way: published as challenger, to be promoted when the forecaster's hidden states are warm. */
interface Candidate {
  readonly weights: RecurrentWeights
  /** Stream time from which on it may serve. */
  readonly warmAtMs: number
}

/**
 * What the trainer does, apart from where records come from and where weights go: collect samples, decide when to train,
 * train, and say when a version that won on held-back data is to serve.
 */
export class Learner {
  private readonly schedule: TrainingSchedule
  private candidate: Candidate | null = null
  private nextVersion: number

  /** @param serving the weights that serve now, which a new version must beat */
  constructor(
    private readonly collector: SampleCollector,
    private readonly set: TrainingSet,
    private serving: RecurrentWeights,
    private readonly options: {
      /** Computes the gradients; asked for when the first session begins. */
      readonly engine: () => Promise<GradientEngine>
      /** Architecture to train; a serving version of another one is still what must be beaten. */
      readonly shape: NetShape
      readonly updateEvery: number
      readonly backThrough: number
      readonly seed: number
      readonly season: number
      readonly cadenceMs: number
      /** Steps after which a hidden state is warm. */
      readonly warmSteps: number
    },
  ) {
    this.schedule = new TrainingSchedule({ season: options.season })
    this.nextVersion = serving.manifest.version + 1
  }

  /** Highest event time seen, milliseconds since 1970. */
  get streamTimeMs(): number {
    return this.collector.streamTimeMs
  }

  take(partition: number, records: readonly LogRecord[]): void {
    this.collector.take(partition, records)
  }

  /** The session that is due now, or null. */
  due(): SessionPlan | null {
    if (this.candidate) return null
    return this.schedule.plan({ samples: this.collector.samples, series: this.collector.series })
  }

  /** Go on where an earlier run stopped: what it had trained on is known, and what it published may still be open. */
  resume(history: {
    readonly serving: RecurrentWeights
    readonly candidate: RecurrentWeights | null
    /** Highest version ever published. */
    readonly lastVersion: number
  }): void {
    const newest = history.candidate ?? history.serving
    if (newest.manifest.samples > 0) this.schedule.trained(newest.manifest.samples)
    this.nextVersion = history.lastVersion + 1
    if (!history.candidate) return
    const { cadenceMs, warmSteps } = this.options
    const warmAtMs = (history.candidate.manifest.trainedToMs ?? 0) + (warmSteps + 1) * cadenceMs
    this.candidate = { weights: history.candidate, warmAtMs }
  }

  /** Run a session. A version that is `better` becomes the candidate, and is the caller's to publish. */
  async train(
    plan: SessionPlan,
    signal: AbortSignal,
    onProgress?: (progress: TrainingProgress) => void,
  ): Promise<TrainingResult> {
    const samples = this.collector.samples
    const { shape, updateEvery, backThrough } = this.options
    const warm = this.serving.manifest.version > 0 && sameShape(shape, this.serving.manifest)
    const { steps, learningRate } = warm ? trainingDefaults.later : trainingDefaults.first
    const result = await trainWeights(
      await this.options.engine(),
      this.set.series(),
      {
        ...trainingDefaults,
        shape,
        updateEvery,
        backThrough,
        from: this.serving,
        warm,
        steps: plan.steps ?? steps,
        learningRate,
        seed: this.options.seed + this.nextVersion,
        version: this.nextVersion,
        trainedToMs: this.collector.streamTimeMs,
        onProgress,
      },
      signal,
    )
    if (signal.aborted) return result
    this.schedule.trained(samples)
    if (result.better) {
      const { cadenceMs, warmSteps } = this.options
      const warmAtMs = this.collector.streamTimeMs + (warmSteps + 1) * cadenceMs
      this.candidate = { weights: result.weights, warmAtMs }
      this.nextVersion++
    }
    return result
  }

  /** The candidate, once stream time has given the forecaster the steps to warm its hidden states; it serves from then on. */
  promotable(): RecurrentWeights | null {
    if (!this.candidate || this.collector.streamTimeMs < this.candidate.warmAtMs) return null
    const { weights } = this.candidate
    this.serving = weights
    this.candidate = null
    return weights
  }
}
