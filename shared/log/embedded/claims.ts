import type { Clock } from '#shared/clock/clock'
import { LogUnavailableError } from '../errors.js'
import type { Condition, EntryKey, LmdbStore } from './lmdb-store.js'
import { liveness, ownIdentity, type ProcessIdentity } from './process-identity.js'

/** How long a claim holds whose owner cannot be looked up. Owners refresh it at a third of that. */
const LEASE_MS = 30_000
export const REFRESH_MS = LEASE_MS / 3

/** A claim as it is stored. */
export interface ClaimRecord {
  readonly owner: ProcessIdentity | null
  readonly leaseUntil: number
}

/** The epoch rises with every owner, and is the entry's version: a write under the condition is refused once another owns it. */
export interface Claim {
  readonly key: EntryKey
  readonly epoch: number
  readonly condition: Condition
}

/** The process that holds what was asked for. */
export interface Taken {
  readonly takenBy: ProcessIdentity
}

/** What one thread of one process owns at a time: consumer groups, and the maintenance of the log. */
export class Claims {
  readonly #self = ownIdentity()

  constructor(
    private readonly store: LmdbStore,
    private readonly clock: Clock,
  ) {}

  /**
   * Own `key` unless a living process does.
   * @param takeOver from a living one too
   * @param byLease a process that has not refreshed its lease counts as dead, even when it exists
   */
  claim(key: EntryKey, { takeOver = false, byLease = false } = {}): Claim | Taken {
    return this.store.transact(() => {
      const found = this.store.entry<ClaimRecord>(key)
      if (found?.value.owner && !takeOver && this.#lives(found.value, byLease))
        return { takenBy: found.value.owner }
      const epoch = (found?.version ?? 0) + 1
      this.store.putEntry(key, this.#record(), epoch)
      return { key, epoch, condition: { key, version: epoch } }
    })
  }

  /** Whether a claim would be granted now, as far as a read can tell. */
  isFree(key: EntryKey, byLease: boolean): boolean {
    const found = this.store.entry<ClaimRecord>(key)
    return !found?.value.owner || !this.#lives(found.value, byLease)
  }

  isOurs(claim: Claim): boolean {
    return this.store.entry<ClaimRecord>(claim.key)?.version === claim.epoch
  }

  /** Says that we live. Does nothing when another has taken it. */
  async refresh(claim: Claim): Promise<void> {
    await this.store.writeIf([claim.condition], () =>
      this.store.putEntry(claim.key, this.#record(), claim.epoch),
    )
  }

  /**
   * Raises the epoch, so that nothing that is still under way for the claim is written after it. Where nothing can be written any more,
   * it ends with this process.
   */
  release(claim: Claim): void {
    try {
      this.store.transact(() => {
        if (!this.isOurs(claim)) return
        this.store.putEntry(claim.key, { owner: null, leaseUntil: 0 } satisfies ClaimRecord, claim.epoch + 1)
      })
    } catch (error) {
      // Those who wrote were told; whoever lets go has nothing to mend it by.
      if (!(error instanceof LogUnavailableError)) throw error
    }
  }

  #record(): ClaimRecord {
    return { owner: this.#self, leaseUntil: this.clock.now() + LEASE_MS }
  }

  #lives(record: ClaimRecord, byLease: boolean): boolean {
    const state = liveness(record.owner!, this.#self)
    if (state === 'unknown' || (byLease && state === 'alive')) return record.leaseUntil > this.clock.now()
    return state === 'alive'
  }
}
