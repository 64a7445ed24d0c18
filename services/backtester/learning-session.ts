import type { Clock } from '#shared/clock/clock'
import { createLearner } from '#shared/composition/create-learner'
import { pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { contestRecord, verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
import type { Learner } from '#shared/learning/learner'
import type { Log, LogRecord } from '#shared/log/port'
import type { SlotScore } from '#shared/promotion/running-contest'
import type { BacktestTraining, BacktestVerdict } from './backtest-report.js'

export interface TrainingStep {
  readonly step: number
  readonly steps: number
}

/** The trainer's part of a backtest: trains when due, publishes to the weights topic, and keeps account. */
export class LearningSession {
  readonly trainings: (BacktestTraining & { promoted: boolean })[] = []
  readonly verdicts: BacktestVerdict[] = []
  /** Stream times at which the serving weights were seen to have lost what they were worth. */
  readonly driftAlarms: string[] = []
  trainingMs = 0
  private readonly learner: Learner
  /** Scores so far, which stand in for the offsets of a scores topic. */
  private scores = 0
  private alarmed = false

  constructor(
    private readonly log: Log,
    private readonly settings: PipelineSettings,
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
  ) {
    this.learner = createLearner(settings, pipelineUntrainedWeights(settings))
  }

  take(consumed: readonly LogRecord[], scores: Iterable<SlotScore>): void {
    this.learner.take(0, consumed)
    for (const score of scores) this.learner.takeScore(0, this.scores++, score)
    if (this.learner.drifted && !this.alarmed) this.driftAlarms.push(this.now())
    this.alarmed = this.learner.drifted
  }

  /** Publish the verdict on a challenger where there is one. */
  async decide(): Promise<void> {
    const { topics } = this.settings
    const decision = this.learner.decide()
    if (!decision) return
    await this.log.append(topics.weights, [verdictRecord(decision, this.learner.streamTimeMs)])
    const { version } = decision.weights.manifest
    this.verdicts.push({ time: this.now(), kind: decision.kind, version, champion: decision.champion })
    const training = this.trainings.find((it) => it.challenged && it.version === version)
    if (training && decision.kind === 'promote') training.promoted = true
  }

  /** Judge, and train where that is due. */
  async advance(onStep: (step: TrainingStep) => void): Promise<void> {
    const { topics } = this.settings
    await this.decide()
    const plan = this.learner.due()
    if (!plan) return
    const startedMs = this.clock.now()
    const result = await this.learner.train(plan, this.signal, onStep)
    this.trainingMs += this.clock.now() - startedMs
    if (this.signal.aborted) return
    const { version } = result.weights.manifest
    const { trigger } = plan
    this.trainings.push({ time: this.now(), trigger, version, challenged: result.better, promoted: false })
    if (!result.better) return
    const contest = this.learner.challenge(result.weights, [this.scores])
    const streamTimeMs = this.learner.streamTimeMs
    await this.log.append(topics.weights, [
      weightsRecord(result.weights),
      contestRecord(contest, streamTimeMs),
    ])
  }

  private now(): string {
    return new Date(this.learner.streamTimeMs).toISOString()
  }
}
