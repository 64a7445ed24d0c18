import type { Offset } from '#shared/log/port'
import { WeightsRoster } from '#shared/promotion/weights-roster'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import {
  type ContestMessage,
  contestMessage,
  type PromotionMessage,
  pinMessage,
  promotionMessage,
  type RejectionMessage,
  rejectionMessage,
} from './promotion.js'
import { isTrainingRecord } from './training-records.js'
import { decodeWeights } from './weights.js'

/** What a version does now: `untrained` never stands in the topic, `retired` served or shadowed once. */
export type VersionState = 'untrained' | 'serving' | 'shadow' | 'rejected' | 'retired'

export interface CataloguedVersion {
  readonly version: number
  /** null for version 0, which follows from the settings. */
  readonly weights: RecurrentWeights | null
  /** SHA-256 of the tensors' bytes, in hex. */
  readonly checksum: string | null
  /** The promotions and the rejection of this version, the oldest first. */
  readonly verdicts: readonly (PromotionMessage | RejectionMessage)[]
}

export interface WeightsTopicRecord {
  readonly offset: Offset
  readonly value: Uint8Array | null
}

/** All that a pipeline's weights topic tells of its versions, for people: who serves, who shadows, what was decided and why. */
export class WeightsCatalogue {
  /** Records that say nothing that can be used, by offset, with the reason. */
  readonly faults: { readonly offset: Offset; readonly reason: string }[] = []
  private readonly known = new Map<number, CataloguedVersion>([
    [0, { version: 0, weights: null, checksum: null, verdicts: [] }],
  ])
  private readonly roster = new WeightsRoster()
  private running: ContestMessage | null = null

  take(records: readonly WeightsTopicRecord[]): void {
    for (const { offset, value } of records) {
      if (value === null) continue
      try {
        this.takeMessage(value)
      } catch (error) {
        this.faults.push({ offset, reason: (error as Error).message.split('\n')[0]! })
      }
    }
  }

  /** The oldest first. */
  get versions(): readonly CataloguedVersion[] {
    return [...this.known.values()].sort((a, b) => a.version - b.version)
  }

  get serving(): number {
    return this.roster.serving
  }

  /** The version that is stepped and scored beside the serving one. */
  get shadow(): number | null {
    return this.roster.shadow
  }

  /** The version that served before: what a rollback brings back; null before the first promotion. */
  get before(): number | null {
    return this.roster.before
  }

  /** The version that serves whatever contests say. */
  get pinned(): number | null {
    return this.roster.pinned
  }

  /** Number of the next version that comes. */
  get nextVersion(): number {
    return Math.max(...this.known.keys()) + 1
  }

  /** The contest between the two as it stands; null while none runs. */
  get contest(): ContestMessage | null {
    const { running } = this
    const current = running?.champion === this.serving && running.challenger === this.shadow
    return current ? running : null
  }

  get(version: number): CataloguedVersion | undefined {
    return this.known.get(version)
  }

  stateOf({ version, verdicts }: CataloguedVersion): VersionState {
    if (version === this.serving) return version === 0 ? 'untrained' : 'serving'
    if (verdicts.at(-1)?.schema === 'foretide.rejection/1') return 'rejected'
    if (version === this.shadow) return 'shadow'
    return 'retired'
  }

  private takeMessage(value: Uint8Array): void {
    // The schema stands first: a net of megabytes is parsed once, as what it is.
    const start = Buffer.from(value.buffer, value.byteOffset, Math.min(40, value.byteLength)).toString()
    const json = () => JSON.parse(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString())
    if (start.includes('foretide.promotion/')) this.takePromotion(promotionMessage.parse(json()))
    else if (start.includes('foretide.rejection/')) this.takeRejection(rejectionMessage.parse(json()))
    else if (start.includes('foretide.pin/')) this.roster.pin(pinMessage.parse(json()).version)
    else if (start.includes('foretide.contest/')) this.running = contestMessage.parse(json())
    else if (!isTrainingRecord(value)) this.takeWeights(value)
  }

  private takeWeights(value: Uint8Array): void {
    const weights = decodeWeights(value)
    const { version } = weights.manifest
    if (this.known.has(version)) throw new RangeError(`version ${version} is in the topic already`)
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
    const checksum = /"checksum":"([0-9a-f]{64})"/.exec(text)?.[1] ?? null
    this.known.set(version, { version, weights, checksum, verdicts: [] })
    this.roster.challenge(version)
  }

  private takePromotion(message: PromotionMessage): void {
    const { version } = this.addVerdict(message)
    this.roster.promote(version)
  }

  private takeRejection(message: RejectionMessage): void {
    const { version } = this.addVerdict(message)
    this.roster.reject(version)
    this.running = null
  }

  /** @throws RangeError for a version that is not in the topic */
  private addVerdict(message: PromotionMessage | RejectionMessage): CataloguedVersion {
    const found = this.known.get(message.version)
    if (!found) throw new RangeError(`a verdict on version ${message.version}, which is not in the topic`)
    this.known.set(message.version, { ...found, verdicts: [...found.verdicts, message] })
    return found
  }
}
