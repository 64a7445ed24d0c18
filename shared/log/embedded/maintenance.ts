import { setImmediate } from 'node:timers/promises'
import type { Clock } from '#shared/clock/clock'
import { LogUnavailableError } from '../errors.js'
import type { Claim, Claims } from './claims.js'
import { Compaction } from './compaction.js'
import type { LmdbStore } from './lmdb-store.js'
import { deleteExpired } from './retention.js'
import type { StoredTopic, TopicCatalogue } from './topic-catalogue.js'

export interface MaintenanceOptions {
  /** Time between rounds. */
  readonly everyMs: number
  /** How long a tombstone is kept after it was first seen, for readers that are behind. */
  readonly tombstoneMs: number
  /** What one step reads or writes, about. */
  readonly stepBytes: number
}

const DEFAULTS: MaintenanceOptions = { everyMs: 1000, tombstoneMs: 3_600_000, stepBytes: 4 * 1024 * 1024 }
const LEASE_KEY = ['maintainer']

/**
 * Retention and compaction, by one of the processes that have the folder open (the first that lives), in steps of a
 * few milliseconds. Every write is made under the claim, so that two maintainers can never both rewrite a batch.
 */
export class Maintenance {
  readonly #options: MaintenanceOptions
  readonly #compactions = new Map<string, Compaction>()
  #claim: Claim | null = null
  #round: Promise<void> = Promise.resolve()

  constructor(
    private readonly store: LmdbStore,
    private readonly topics: TopicCatalogue,
    private readonly claims: Claims,
    private readonly clock: Clock,
    options: Partial<MaintenanceOptions> = {},
  ) {
    this.#options = { ...DEFAULTS, ...options }
  }

  /** Rounds until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.clock.sleep(this.#options.everyMs, signal)
      if (signal.aborted) break
      try {
        if (await this.#claimed(false)) await this.#inTurn(signal)
      } catch (error) {
        // A full or broken disk is told to those who write.
        if (!(error instanceof LogUnavailableError)) throw error
      }
    }
    await this.#round.catch(() => undefined)
    if (this.#claim) this.claims.release(this.#claim)
  }

  /** One whole round at once, even when another process is the maintainer (it then gives way). */
  async finish(): Promise<void> {
    await this.#claimed(true)
    await this.#inTurn()
  }

  #inTurn(signal?: AbortSignal): Promise<void> {
    this.#round = this.#round.catch(() => undefined).then(() => this.#maintain(signal))
    return this.#round
  }

  async #claimed(takeOver: boolean): Promise<boolean> {
    if (this.#claim && this.store.snapshot(() => this.claims.isOurs(this.#claim!))) {
      await this.claims.refresh(this.#claim)
      return true
    }
    const claim =
      this.store.snapshot(() => this.claims.isFree(LEASE_KEY, true)) || takeOver
        ? this.claims.claim(LEASE_KEY, { takeOver, byLease: true })
        : null
    this.#claim = claim && !('takenBy' in claim) ? claim : null
    // What another maintainer has done meanwhile is not in these.
    this.#compactions.clear()
    return this.#claim !== null
  }

  /** A partition that cannot be maintained (a damaged batch) keeps none of the others from it, and is told at the end. */
  async #maintain(signal?: AbortSignal): Promise<void> {
    let failure: unknown = null
    for (const topic of this.topics.all()) {
      for (let partition = 0; partition < topic.partitions; partition++) {
        try {
          while (!signal?.aborted && (await this.#step(topic, partition))) await setImmediate()
        } catch (error) {
          failure ??= error
        }
      }
    }
    if (failure !== null) throw failure
  }

  /** @returns whether there may be more to do */
  async #step(topic: StoredTopic, partition: number): Promise<boolean> {
    const claim = this.#claim
    if (!claim) return false
    if (topic.cleanup === 'delete')
      return deleteExpired(this.store, claim, topic, partition, this.clock.now())
    const name = `${topic.id} ${partition}`
    let compaction = this.#compactions.get(name)
    if (!compaction) {
      compaction = new Compaction(this.store, topic, partition, this.#options)
      this.#compactions.set(name, compaction)
    }
    return compaction.step(claim, this.clock.now())
  }
}
