import type { Offset } from '#shared/log/port'
import { WeightsRoster } from '#shared/promotion/weights-roster'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import {
  type ContestMessage,
  contestMessage,
  forgottenMessage,
  type PinMessage,
  type PromotionMessage,
  pinMessage,
  promotionMessage,
  type RejectionMessage,
  rejectionMessage,
} from './promotion.js'
import { isTrainingRecord } from './training-records.js'
import { decodeWeights } from './weights.js'
import { WeightsKeys } from './weights-keys.js'

/**
 * What a version does now: `untrained` never stands in the topic, `retired` served or shadowed once, `unfit` cannot serve under the
 * configuration.
 */
export type VersionState = 'untrained' | 'serving' | 'shadow' | 'rejected' | 'retired' | 'unfit'

export interface CataloguedVersion {
  readonly version: number
  /** null for version 0, which follows from the settings. */
  readonly weights: RecurrentWeights | null
  /** SHA-256 of the tensors' bytes, in hex. */
  readonly checksum: string | null
  /** Why it cannot serve; null for one that can. */
  readonly unfit: string | null
  /** The promotions and the rejection of this version, the oldest first. */
  readonly verdicts: readonly (PromotionMessage | RejectionMessage)[]
}

export interface WeightsTopicRecord {
  readonly offset: Offset
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
}

/** All that a pipeline's weights topic tells of its versions, for people: who serves, who shadows, what was decided and why. */
export class WeightsCatalogue {
  /** Records that say nothing that can be used, by offset, with the reason. */
  readonly faults: { readonly offset: Offset; readonly reason: string }[] = []
  private readonly known = new Map<number, CataloguedVersion>([
    [0, { version: 0, weights: null, checksum: null, unfit: null, verdicts: [] }],
  ])
  private readonly keys = new WeightsKeys()
  private readonly roster = new WeightsRoster()
  private running: ContestMessage | null = null
  private pinning: PinMessage | null = null

  /** @param faultOf why a version cannot serve the pipeline; null for one that can */
  constructor(private readonly faultOf: (weights: RecurrentWeights) => string | null) {}

  take(records: readonly WeightsTopicRecord[]): void {
    for (const { offset, key, value } of records) {
      this.keys.take(key, value)
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
    return this.roster.lastVersion + 1
  }

  /** Who pinned what is pinned, or took the last pin away; null where nothing was ever pinned. */
  get lastPin(): PinMessage | null {
    return this.pinning
  }

  /** Whether it is the configuration that has the pinned version serve. */
  get pinnedByConfiguration(): boolean {
    return this.roster.pinnedByConfiguration
  }

  /** Versions beyond the newest `count`, to be forgotten. */
  olderThan(count: number): readonly number[] {
    return this.roster.olderThan(count)
  }

  /** Keys of records that tell of versions which are forgotten: they are to be deleted. */
  get forgottenKeys(): readonly string[] {
    return this.keys.due((version) => this.known.has(version))
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

  stateOf({ version, verdicts, unfit }: CataloguedVersion): VersionState {
    if (unfit !== null) return 'unfit'
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
    else if (start.includes('foretide.pin/')) this.takePin(pinMessage.parse(json()))
    else if (start.includes('foretide.forgotten/')) this.forget(forgottenMessage.parse(json()).versions)
    else if (start.includes('foretide.contest/')) this.running = contestMessage.parse(json())
    else if (!isTrainingRecord(value)) this.takeWeights(value)
  }

  private takeWeights(value: Uint8Array): void {
    const weights = decodeWeights(value)
    const { version } = weights.manifest
    if (this.roster.has(version) || this.roster.isUnfit(version))
      throw new RangeError(`version ${version} is in the topic already`)
    const unfit = this.faultOf(weights)
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('latin1')
    const checksum = /"checksum":"([0-9a-f]{64})"/.exec(text)?.[1] ?? null
    this.known.set(version, { version, weights, checksum, unfit, verdicts: [] })
    if (unfit === null) this.roster.challenge(version)
    else this.roster.refuse(version)
  }

  private takePromotion(message: PromotionMessage): void {
    this.addVerdict(message)
    this.roster.promote(message.version)
  }

  private takeRejection(message: RejectionMessage): void {
    this.addVerdict(message)
    this.roster.reject(message.version)
    this.running = null
  }

  private takePin(message: PinMessage): void {
    this.pinning = message
    this.roster.pin(message.version, message.configured)
  }

  private forget(versions: readonly number[]): void {
    const gone = this.roster.forget(versions)
    for (const version of gone) this.known.delete(version)
    this.keys.forget(gone)
  }

  /** @throws RangeError for a version that never was in the topic. What was decided on one that is forgotten is over. */
  private addVerdict(message: PromotionMessage | RejectionMessage): void {
    const found = this.known.get(message.version)
    if (!found && message.version > this.roster.lastVersion)
      throw new RangeError(`a verdict on version ${message.version}, which is not in the topic`)
    if (found) this.known.set(message.version, { ...found, verdicts: [...found.verdicts, message] })
  }
}
