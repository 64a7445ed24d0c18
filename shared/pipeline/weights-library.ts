import type { Log, Offset, Topic } from '#shared/log/port'
import { checkChallenger } from '#shared/promotion/check-challenger'
import { WeightsRoster } from '#shared/promotion/weights-roster'
import { WeightsRefusedError } from '#shared/recurrent/check-weights'
import type { LoadedWeights, RecurrentEngine } from '#shared/recurrent/engine'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { WeightsDecisionKind } from './decision.js'
import type { WeightsRecord, Wire } from './wire.js'

/** What a record of the weights topic asks of the partitions, by its place there. */
export interface Influence {
  readonly offset: Offset
  readonly kind: WeightsDecisionKind
  readonly version: number
}

/**
 * The weights of a pipeline: follows the weights topic, keeps each version, and loads into the engine those in use.
 *
 * Influences arrive at any moment; a partition looks at them only between two batches and records what it obeyed.
 */
export class WeightsLibrary {
  /** In the order of the weights topic. */
  readonly influences: Influence[] = []
  private next: Offset = 0
  private readonly roster = new WeightsRoster()
  private readonly known = new Map<number, RecurrentWeights>()
  /** Versions of another configuration: they stand in the topic, and do not fit this line. */
  private readonly unfit = new Set<number>()
  private readonly loaded = new Map<number, { readonly weights: LoadedWeights; users: number }>()

  constructor(
    private readonly engine: RecurrentEngine,
    private readonly wire: Wire,
    /** Version 0; the others must read its features and give its outputs. */
    private readonly untrained: RecurrentWeights,
    /** Told of a weights record that cannot be used; the one before goes on serving. */
    private readonly refuse: (offset: Offset, error: Error) => void,
  ) {
    this.known.set(untrained.manifest.version, untrained)
  }

  has(version: number): boolean {
    return this.known.has(version)
  }

  /** Whether a version was published under another configuration, so that its decisions say nothing to this one. */
  isUnfit(version: number): boolean {
    return this.unfit.has(version)
  }

  get(version: number): RecurrentWeights | undefined {
    return this.known.get(version)
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
        const asked = record && this.takeRecord(record)
        if (asked) this.influences.push({ offset, ...asked })
      } catch (error) {
        this.refuse(offset, error as Error)
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
        this.roster.challenge(record.version)
        return { kind: 'challenge', version: record.version }
      case 'promote': {
        const { version, cause } = record
        if (!this.known.has(version) || !this.roster.promote(version)) return null
        return { kind: cause === 'pin' ? 'pin' : 'promote', version }
      }
      case 'reject':
        this.roster.reject(record.version)
        return null
      case 'pin':
        this.roster.pin(record.version)
        return null
      case 'contest':
        return null
    }
  }

  private admit(weights: RecurrentWeights): void {
    const { version } = weights.manifest
    if (this.known.has(version)) throw new WeightsRefusedError(`Weights version ${version} exists already.`)
    this.unfit.add(version)
    checkChallenger(weights, this.untrained.manifest)
    // Loaded once: what the engine refuses must never be asked for between two batches.
    this.engine.unload(this.engine.load(weights))
    this.unfit.delete(version)
    this.known.set(version, weights)
  }
}
