import { DriftWatch } from '#shared/drift/drift-watch'
import type { LogRecord, Offset } from '#shared/log/port'
import type { ContestOptions, Evidence } from '#shared/promotion/contest'
import { RunningContest, type SavedRunningContest, type SlotScore } from '#shared/promotion/running-contest'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import { type NetShape, sameShape } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { SampleCollector } from './sample-collector.js'
import type { SampleSpan } from './sample-span.js'
import { trainWeights } from './train.js'
import {
  laterSteps,
  type TrainingProgress,
  type TrainingResult,
  trainingDefaults,
} from './training-options.js'
import {
  type SessionPlan,
  type TrainingInterval,
  TrainingSchedule,
  type TrainingTrigger,
} from './training-schedule.js'
import type { TrainingSet } from './training-set.js'

/** What came of a contest, to be recorded. */
export interface ContestDecision {
  readonly kind: 'promote' | 'reject'
  /** The version that the decision is about: the one that serves from now on, or the one that does not. */
  readonly weights: RecurrentWeights
  readonly champion: number
  readonly evidence: Evidence
}

/** Who serves and who shadows, as the weights topic tells it now. */
export interface Standing {
  readonly serving: RecurrentWeights
  /** The version in the shadow's slot, where there is one. */
  readonly shadow: RecurrentWeights | null
  /** Whether the shadow may prove better: it has not been rejected. */
  readonly contested: boolean
  /** An operator has the serving version serve, whatever a contest says. */
  readonly pinned: boolean
  /** Highest version ever published. */
  readonly lastVersion: number
}

/** Earlier work, as the weights topic tells it. */
export interface LearnerHistory extends Standing {
  /** Samples that the last session had seen, 0 before the first. */
  readonly trainedAt: number
  /** Stream time up to which it learned; −Infinity before the first. */
  readonly trainedToMs: number
  readonly contest: SavedRunningContest | null
}

export interface LearnerOptions {
  /** Computes the gradients; asked for when the first session begins. */
  readonly engine: () => Promise<GradientEngine>
  /** Architecture to train; a serving version of another one is still what must be beaten. */
  readonly shape: NetShape
  readonly updateEvery: number
  readonly backThrough: number
  readonly seed: number
  readonly season: number
  /** Distance between sessions; null: as the history grows. */
  readonly every: TrainingInterval | null
  /** Train also when the live scores say that the data have changed. */
  readonly onDrift: boolean
  readonly promotion: ContestOptions
  /** Event time of a block of evidence. */
  readonly blockMs: number
}

/** A session that is due, and why. */
export interface DueSession extends SessionPlan {
  readonly trigger: TrainingTrigger
}

/**
 * What the trainer does, apart from where records come from and where weights go: collect samples, decide when to train,
 * train, and let what is better on held-back data challenge the weights that serve, on live scores.
 */
export class Learner {
  private readonly schedule: TrainingSchedule
  private nextVersion: number
  private shadow: RecurrentWeights | null = null
  private running: RunningContest | null = null
  private readonly drift: DriftWatch
  private requested = false
  private pinned = false
  private contested = false
  /** A challenger that was rejected without having been behind: the next session goes on from what it has learned. */
  private unproven: RecurrentWeights | null = null
  /** Offset after the last score that was looked at, by partition. */
  private readonly scoresTo: Offset[] = []

  /** @param serving the weights that serve now, which a new version must beat */
  constructor(
    private readonly collector: SampleCollector,
    private readonly set: TrainingSet,
    private serving: RecurrentWeights,
    private readonly options: LearnerOptions,
  ) {
    this.schedule = new TrainingSchedule({ season: options.season, every: options.every })
    this.nextVersion = serving.manifest.version + 1
    this.drift = new DriftWatch(options.blockMs, serving.manifest.version)
  }

  /** Highest event time seen, milliseconds since 1970. */
  get streamTimeMs(): number {
    return this.collector.streamTimeMs
  }

  /** Whether the serving weights have lost what they were worth, on live scores, since they began to serve or learned last. */
  get drifted(): boolean {
    return this.drift.drifted
  }

  take(partition: number, records: readonly LogRecord[]): void {
    this.collector.take(partition, records)
  }

  /** About so many samples were there before those that come; the schedule counts them. */
  skip(samples: number): void {
    this.collector.samples += samples
  }

  /** The spans that no session learns from, from now on. */
  leaveOut(spans: readonly SampleSpan[]): void {
    this.set.leaveOut(spans)
  }

  /** The contest that runs, also the return match of a loser that keeps shadowing; null before the first. */
  get contest(): RunningContest | null {
    return this.running
  }

  /** Number of the version that is published next. */
  get version(): number {
    return this.nextVersion
  }

  /** The session that is due now, or null: a challenger that has not had its verdict is replaced only on request. */
  due(): DueSession | null {
    const { samples, series, streamTimeMs } = this.collector
    if (this.requested) return { samples, trigger: 'request' }
    if (this.onTrial) return null
    if (this.options.onDrift && this.drift.drifted && this.serving.manifest.version > 0)
      return { samples, trigger: 'drift' }
    const plan = this.schedule.plan({ samples, series, streamTimeMs })
    return plan && { ...plan, trigger: 'schedule' }
  }

  /** An operator wants a session now, whatever the schedule says. */
  request(): void {
    this.requested = true
  }

  /** Go on where an earlier run stopped. */
  resume({ trainedAt, trainedToMs, contest, ...standing }: LearnerHistory): void {
    if (trainedAt > 0) this.schedule.trained(trainedAt, trainedToMs)
    this.follow(standing)
    if (standing.shadow === null || contest === null) return
    const { promotion, blockMs } = this.options
    this.running = new RunningContest(contest, promotion, blockMs, contest.from, contest)
  }

  /** Take over who serves and who shadows: an operator may have decided. A contest of others is over. */
  follow({ serving, shadow, contested, pinned, lastVersion }: Standing): void {
    if (serving.manifest.version !== this.serving.manifest.version) this.drift.reset(serving.manifest.version)
    this.serving = serving
    this.shadow = shadow
    this.contested = contested
    this.pinned = pinned
    this.nextVersion = Math.max(this.nextVersion, lastVersion + 1)
    const pair = this.running?.pair
    const champion = serving.manifest.version
    if (this.unproven?.manifest.version !== shadow?.manifest.version) this.unproven = null
    const goesOn = contested && pair?.champion === champion && pair.challenger === shadow?.manifest.version
    if (!goesOn) this.running = null
  }

  /** A shadow may prove better, and has no contest yet. */
  get wantsContest(): boolean {
    return this.running === null && this.shadow !== null && this.contested
  }

  /** A newer version than the serving one is being tried, and has had no verdict. */
  get onTrial(): boolean {
    const { shadow, serving, running } = this
    return shadow !== null && shadow.manifest.version > serving.manifest.version && running !== null
  }

  /**
   * Begin the contest of a shadow that may prove better and has none, whoever put it there.
   * @param from offset in each partition of the scores topic up to which nobody has looked, where this learner has not
   * @returns it, to be saved; null where there is none to begin
   */
  openContest(from: readonly Offset[]): SavedRunningContest | null {
    if (this.running || this.shadow === null || !this.contested) return null
    const pair = { champion: this.serving.manifest.version, challenger: this.shadow.manifest.version }
    const { promotion, blockMs } = this.options
    const places = from.map((offset, partition) => this.scoresTo[partition] ?? offset)
    this.running = new RunningContest(pair, promotion, blockMs, places)
    return this.running.save()
  }

  /** Run a session. A version that is `better` is the caller's to publish, and to `challenge` with. */
  async train(
    plan: SessionPlan,
    signal: AbortSignal,
    onProgress?: (progress: TrainingProgress) => void,
  ): Promise<TrainingResult> {
    const { samples, series, streamTimeMs } = this.collector
    const { shape, updateEvery, backThrough } = this.options
    const start = this.unproven ?? this.serving
    const warm = start.manifest.version > 0 && sameShape(shape, start.manifest)
    const { steps, learningRate } = warm ? trainingDefaults.later : trainingDefaults.first
    const result = await trainWeights(
      await this.options.engine(),
      this.set.series(),
      {
        ...trainingDefaults,
        shape,
        updateEvery,
        backThrough,
        ...{ from: this.serving, start, warm },
        steps: plan.steps ?? (warm ? laterSteps(series) : steps),
        learningRate,
        seed: this.options.seed + this.nextVersion,
        version: this.nextVersion,
        trainedToMs: streamTimeMs,
        onProgress,
      },
      signal,
    )
    if (!signal.aborted) {
      this.schedule.trained(samples, streamTimeMs)
      this.drift.reset(this.serving.manifest.version)
      this.requested = false
    }
    // What makes the next session due is counted in what was seen, of which the set holds a part.
    const { manifest, values } = result.weights
    return result.weights === this.serving
      ? result
      : { ...result, weights: { manifest: { ...manifest, samples }, values } }
  }

  /**
   * Put a new version into the shadow's slot and let it prove itself.
   * @param from offset in each partition of the scores topic from which its scores may come
   * @returns the contest, to be published with the weights
   */
  challenge(weights: RecurrentWeights, from: readonly Offset[]): SavedRunningContest {
    const { promotion, blockMs } = this.options
    const pair = { champion: this.serving.manifest.version, challenger: weights.manifest.version }
    this.nextVersion = weights.manifest.version + 1
    this.shadow = weights
    this.unproven = null
    this.contested = true
    this.running = new RunningContest(pair, promotion, blockMs, from)
    return this.running.save()
  }

  /**
   * Let a new version serve without a contest, which only one that is better than weights that never forecast may; the old one shadows
   * and may take over.
   * @returns the return match, to be published with the weights and the verdict
   */
  adopt(weights: RecurrentWeights, from: readonly Offset[]): [ContestDecision, SavedRunningContest] {
    const { promotion, blockMs } = this.options
    const { version: champion } = this.serving.manifest
    const pair = { champion: weights.manifest.version, challenger: champion }
    this.running = new RunningContest(pair, promotion, blockMs, from)
    this.nextVersion = weights.manifest.version + 1
    this.shadow = this.serving
    this.serving = weights
    this.unproven = null
    this.contested = true
    this.drift.reset(weights.manifest.version)
    const { evidence } = this.running
    return [{ kind: 'promote', weights, champion, evidence }, this.running.save()]
  }

  /** @returns whether the contest has something new to save */
  takeScore(partition: number, offset: Offset, score: SlotScore): boolean {
    this.scoresTo[partition] = offset + 1
    this.drift.take(score)
    return this.running?.take(partition, offset, score) ?? false
  }

  /** Whether `decide` has something to decide. */
  get decides(): boolean {
    const verdict = this.running?.verdict ?? null
    return verdict !== null && !(verdict === 'promote' && this.pinned)
  }

  /**
   * The verdict, once there is one, carried out: the winner serves, and the loser of a promotion keeps shadowing, to take
   * over again should it prove better. A challenger that was rejected has had its chance. While a version is pinned, a
   * promotion waits.
   */
  decide(): ContestDecision | null {
    const contest = this.running
    const verdict = contest?.verdict
    if (!contest || !verdict || !this.shadow || !this.decides) return null
    const { champion } = contest.pair
    const decision = { kind: verdict, weights: this.shadow, champion, evidence: contest.evidence }
    if (verdict === 'promote') {
      const loser = this.serving
      this.serving = this.shadow
      this.shadow = loser
      this.drift.reset(this.serving.manifest.version)
      this.running = contest.returnMatch(this.options.blockMs)
    } else {
      this.contested = false
      this.running = null
      const isNew = this.shadow.manifest.version > champion
      this.unproven = isNew && decision.evidence.difference > 0 ? this.shadow : null
    }
    return decision
  }
}
