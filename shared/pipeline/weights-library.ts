import type { Log, Offset, Topic } from '#shared/log/port'
import { checkChallenger } from '#shared/promotion/check-challenger'
import { WeightsRoster } from '#shared/promotion/weights-roster'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { LoadedWeights, RecurrentEngine } from '#shared/recurrent/engine'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { WeightsDecisionKind } from './decision.js'
import { type ToldDecision, toldDecisionOf } from './told-decision.js'
import type { WeightsRecord, Wire } from './wire.js'

/** What a record of the weights topic asks of the partitions, by its place there. */
export interface Influence {
  readonly offset: Offset
  readonly kind: WeightsDecisionKind
  readonly version: number
}

/** Who is told of what the weights topic says. */
export interface WeightsListener {
  /** Of a record that cannot be used; the version before goes on serving. */
  refused(offset: Offset, error: Error): void
  /** Of what was decided, also before this library began to read. */
  decided?(decision: ToldDecision): void
  /** Of a version that is to be stepped and is no longer kept; what throws has nothing stand in for it. */
  forgotten?(version: number): void
}

/**
 * The weights of a pipeline: follows the weights topic, keeps each version that the topic keeps, and loads into the engine those in use.
 *
 * Influences arrive at any moment; a partition looks at them only between two batches and records what it obeyed.
 */
export class WeightsLibrary {
  private asked: Influence[] = []
  private next: Offset = 0
  private readonly roster = new WeightsRoster()
  private readonly known = new Map<number, RecurrentWeights>()
  private readonly loaded = new Map<number, { readonly weights: LoadedWeights; users: number }>()

  constructor(
    private readonly engine: RecurrentEngine,
    private readonly wire: Wire,
    /** Version 0; the others must read its features and give its outputs. */
    private readonly untrained: RecurrentWeights,
    private readonly listener: WeightsListener,
  ) {
    this.known.set(untrained.manifest.version, untrained)
  }

  /** In the order of the weights topic; those on versions that are no longer kept are left out. */
  get influences(): readonly Influence[] {
    return this.asked
  }

  /** Who serves, shadows and is pinned, as far as the topic was read. */
  get standing(): Pick<WeightsRoster, 'serving' | 'shadow' | 'pinned' | 'pinnedByConfiguration'> {
    return this.roster
  }

  has(version: number): boolean {
    return this.known.has(version)
  }

  /** Whether a version was published under another configuration, so that its decisions say nothing to this one. */
  isUnfit(version: number): boolean {
    return this.roster.isUnfit(version)
  }

  get(version: number): RecurrentWeights | undefined {
    return this.known.get(version)
  }

  /**
   * Whether a decision on a version can be obeyed: not where it is of another configuration, or no longer kept.
   * @throws what the listener throws of a version that is no longer kept
   */
  mayServe(version: number): boolean {
    if (this.known.has(version) || this.loaded.has(version)) return true
    if (!this.isUnfit(version)) this.listener.forgotten?.(version)
    return false
  }

  /** Load a version for one more user. @throws RangeError when it is not known */
  acquire(version: number): LoadedWeights {
    const entry = this.loaded.get(version)
    if (entry) {
      entry.users++
      return entry.weights
    }
    const weights = this.known.get(version)
    if (!weights) throw new RangeError(`weights version ${version} is not in the weights topic`)
    const loaded = this.engine.load(weights)
    this.loaded.set(version, { weights: loaded, users: 1 })
    return loaded
  }

  release(version: number): void {
    const entry = this.loaded.get(version)
    if (!entry) return
    entry.users--
    if (entry.users > 0) return
    this.engine.unload(entry.weights)
    this.loaded.delete(version)
  }

  /** Read what the weights topic holds now and was not read before. */
  async catchUp(log: Log, topic: Topic): Promise<void> {
    const { start, end } = await log.bounds(topic, 0)
    const from = Math.max(start, this.next)
    if (end > from) for await (const batch of log.read(topic, 0, from, end)) this.take(batch.records)
    this.next = Math.max(this.next, end)
  }

  /** Follow the weights topic until `signal` aborts. */
  async follow(log: Log, topic: Topic, signal: AbortSignal): Promise<void> {
    for await (const batch of log.read(topic, 0, this.next, undefined, signal)) this.take(batch.records)
  }

  private take(records: readonly { readonly offset: Offset; readonly value: Uint8Array | null }[]): void {
    for (const { offset, value } of records) {
      this.next = offset + 1
      try {
        const record = this.wire.readWeights(value)
        if (record === null) continue
        const asked = this.takeRecord(record)
        if (asked) this.asked.push({ offset, ...asked })
        const told = toldDecisionOf(record)
        // A promotion beside a pin of another version changes nothing.
        if (told && (record.kind !== 'promote' || asked)) this.listener.decided?.(told)
      } catch (error) {
        this.listener.refused(offset, error as Error)
      }
    }
  }

  /**
   * @returns what the partitions are to do; null for nothing
   * @throws WeightsRefusedError for a version that cannot be used
   */
  private takeRecord(record: WeightsRecord): Omit<Influence, 'offset'> | null {
    switch (record.kind) {
      case 'challenge':
        this.admit(record.weights)
        return { kind: 'challenge', version: record.version }
      case 'promote': {
        const { version, cause } = record
        if (!this.roster.promote(version)) return null
        return { kind: cause === 'pin' ? 'pin' : 'promote', version }
      }
      case 'reject':
        this.roster.reject(record.version)
        return null
      case 'pin':
        this.roster.pin(record.version, record.configured)
        return null
      case 'forget':
        this.forget(record.versions)
        return null
      case 'contest':
        return null
    }
  }

  private admit(weights: RecurrentWeights): void {
    const { version } = weights.manifest
    if (this.roster.has(version) || this.roster.isUnfit(version))
      throw new WeightsRefusedError(`Weights version ${version} exists already.`)
    try {
      checkChallenger(weights, this.untrained.manifest)
      // Loaded once: what the engine refuses must never be asked for between two batches.
      this.engine.unload(this.engine.load(weights))
    } catch (error) {
      this.roster.refuse(version)
      throw error
    }
    this.known.set(version, weights)
    this.roster.challenge(version)
  }

  /** What a partition still steps stays loaded for it until it has obeyed what came since. */
  private forget(versions: readonly number[]): void {
    const gone = new Set(this.roster.forget(versions))
    for (const version of gone) this.known.delete(version)
    this.asked = this.asked.filter(({ version }) => !gone.has(version))
  }
}
