import { readTrainingRecord } from '#shared/contracts/training-records'
import type { LearnerHistory } from '#shared/learning/learner'
import type { Log, LogRecord, Offset, Topic } from '#shared/log/port'
import type { WeightsRecord, Wire } from '#shared/pipeline/wire'
import { checkChallenger } from '#shared/promotion/check-challenger'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import { WeightsRoster } from '#shared/promotion/weights-roster'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { TrainingRequests } from './training-requests.js'
import { type DecisionTold, weightsDecisionOf } from './weights-decision.js'

/**
 * What the weights topic says, followed record by record: the trainer's own verdicts, and what an operator appends beside
 * them at any moment. What cannot be used is left out; the forecaster refuses it aloud.
 */
export class WeightsHistory {
  readonly requests = new TrainingRequests()
  private readonly roster = new WeightsRoster()
  private readonly versions: Map<number, RecurrentWeights>
  private contest: SavedRunningContest | null = null
  private lastVersion = 0
  private trainedAt = 0
  private trainedToMs = Number.NEGATIVE_INFINITY
  private next: Offset = 0

  constructor(
    private readonly log: Log,
    private readonly topic: Topic,
    private readonly wire: Wire,
    private readonly untrained: RecurrentWeights,
  ) {
    this.versions = new Map([[untrained.manifest.version, untrained]])
  }

  /**
   * Read what the topic holds now and was not read before.
   * @returns what was decided there
   */
  async catchUp(): Promise<DecisionTold[]> {
    const { start, end } = await this.log.bounds(this.topic, 0)
    const from = Math.max(start, this.next)
    const told: DecisionTold[] = []
    if (end > from) {
      for await (const { records } of this.log.read(this.topic, 0, from, end))
        told.push(...this.take(records))
    }
    this.next = Math.max(this.next, end)
    return told
  }

  get standing(): LearnerHistory {
    const { roster, contest } = this
    const serving = this.versions.get(roster.serving) ?? this.untrained
    const shadow = roster.shadow === null ? null : (this.versions.get(roster.shadow) ?? null)
    const current =
      roster.contested && contest?.champion === roster.serving && contest.challenger === roster.shadow
    return {
      ...{ serving, shadow, contested: roster.contested, pinned: roster.pinned !== null },
      ...{ lastVersion: this.lastVersion, trainedAt: this.trainedAt, trainedToMs: this.trainedToMs },
      contest: current ? contest : null,
    }
  }

  private take(records: readonly LogRecord[]): DecisionTold[] {
    this.requests.read(records)
    const told: DecisionTold[] = []
    for (const { value } of records) {
      this.takeOutcome(readTrainingRecord(value))
      const record = this.readable(value)
      if (record === null) continue
      this.takeRecord(record)
      const decision = weightsDecisionOf(record)
      if (decision) told.push(decision)
    }
    return told
  }

  /** A session that gave no version has had its turn, too. */
  private takeOutcome(outcome: ReturnType<typeof readTrainingRecord>): void {
    if (outcome?.schema !== 'foretide.training/1' || outcome.samples === undefined) return
    this.trainedAt = Math.max(this.trainedAt, outcome.samples)
    this.trainedToMs = Math.max(this.trainedToMs, Date.parse(outcome.time))
  }

  private takeRecord(record: WeightsRecord): void {
    if (record.kind === 'contest') {
      this.contest = record.contest
      return
    }
    if (record.kind === 'pin') {
      this.roster.pin(record.version)
      return
    }
    // Numbers are never used twice, not even those of another configuration.
    this.lastVersion = Math.max(this.lastVersion, record.version)
    if (record.kind === 'reject') this.roster.reject(record.version)
    else if (record.kind === 'challenge') this.admit(record.weights)
    else if (this.versions.has(record.version)) this.roster.promote(record.version)
  }

  private admit(weights: RecurrentWeights): void {
    const { version, imported, samples, trainedToMs } = weights.manifest
    if (!fits(weights, this.untrained) || this.versions.has(version)) return
    this.versions.set(version, weights)
    this.roster.challenge(version)
    if (imported !== undefined) return
    this.trainedAt = Math.max(this.trainedAt, samples)
    this.trainedToMs = trainedToMs ?? this.trainedToMs
  }

  private readable(value: Uint8Array | null): WeightsRecord | null {
    try {
      return this.wire.readWeights(value)
    } catch {
      return null
    }
  }
}

function fits(weights: RecurrentWeights, untrained: RecurrentWeights): boolean {
  try {
    checkChallenger(weights, untrained.manifest)
    return true
  } catch {
    return false
  }
}
