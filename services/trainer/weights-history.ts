import { readTrainingRecord } from '#shared/contracts/training-records'
import { WeightsKeys } from '#shared/contracts/weights-keys'
import type { LearnerHistory } from '#shared/learning/learner'
import type { Log, LogRecord, Offset, Topic } from '#shared/log/port'
import { type ToldDecision, toldDecisionOf } from '#shared/pipeline/told-decision'
import type { WeightsRecord, Wire } from '#shared/pipeline/wire'
import { checkChallenger } from '#shared/promotion/check-challenger'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import { WeightsRoster } from '#shared/promotion/weights-roster'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { TrainingRequests } from './training-requests.js'

/**
 * What the weights topic says, followed record by record: the trainer's own verdicts, and what an operator appends beside
 * them at any moment. What cannot be used is left out; the forecaster refuses it aloud.
 */
export class WeightsHistory {
  readonly requests = new TrainingRequests()
  private readonly keys = new WeightsKeys()
  private readonly roster = new WeightsRoster()
  private readonly versions: Map<number, RecurrentWeights>
  private contest: SavedRunningContest | null = null
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
  async catchUp(): Promise<ToldDecision[]> {
    const { start, end } = await this.log.bounds(this.topic, 0)
    const from = Math.max(start, this.next)
    const told: ToldDecision[] = []
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
      ...{ lastVersion: roster.lastVersion, trainedAt: this.trainedAt, trainedToMs: this.trainedToMs },
      contest: current ? contest : null,
    }
  }

  /** Versions beyond the newest `count`, to be forgotten. */
  olderThan(count: number): readonly number[] {
    return this.roster.olderThan(count)
  }

  /** Keys of records that tell of versions which are forgotten: they are to be deleted. */
  get forgottenKeys(): readonly string[] {
    const { roster } = this
    return this.keys.due((version) => roster.has(version) || roster.isUnfit(version))
  }

  private take(records: readonly LogRecord[]): ToldDecision[] {
    this.requests.read(records)
    const told: ToldDecision[] = []
    for (const { key, value } of records) {
      this.keys.take(key, value)
      this.takeOutcome(readTrainingRecord(value))
      const record = this.readable(value)
      if (record === null) continue
      const changed = this.takeRecord(record)
      const decision = toldDecisionOf(record)
      if (decision && changed) told.push(decision)
    }
    return told
  }

  /** A session that gave no version has had its turn, too. */
  private takeOutcome(outcome: ReturnType<typeof readTrainingRecord>): void {
    if (outcome?.schema !== 'foretide.training/1' || outcome.samples === undefined) return
    this.trainedAt = Math.max(this.trainedAt, outcome.samples)
    this.trainedToMs = Math.max(this.trainedToMs, Date.parse(outcome.time))
  }

  /** @returns false for a promotion that changes nothing, and a version that cannot be used */
  private takeRecord(record: WeightsRecord): boolean {
    switch (record.kind) {
      case 'contest':
        this.contest = record.contest
        return true
      case 'pin':
        this.roster.pin(record.version, record.configured)
        return true
      case 'forget': {
        const gone = this.roster.forget(record.versions)
        for (const version of gone) this.versions.delete(version)
        this.keys.forget(gone)
        return true
      }
      case 'reject':
        this.roster.reject(record.version)
        return true
      case 'promote':
        return this.roster.promote(record.version)
      case 'challenge':
        return this.admit(record.weights)
    }
  }

  private admit(weights: RecurrentWeights): boolean {
    const { version, imported, samples, trainedToMs } = weights.manifest
    if (this.roster.has(version) || this.roster.isUnfit(version)) return false
    if (!fits(weights, this.untrained)) {
      this.roster.refuse(version)
      return false
    }
    this.versions.set(version, weights)
    this.roster.challenge(version)
    if (imported === undefined) {
      this.trainedAt = Math.max(this.trainedAt, samples)
      this.trainedToMs = trainedToMs ?? this.trainedToMs
    }
    return true
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
