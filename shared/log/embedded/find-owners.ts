import type { Clock } from '#shared/clock/clock'
import type { ClaimRecord } from './claims.js'
import { LmdbStore } from './lmdb-store.js'
import { liveness, ownIdentity } from './process-identity.js'

/** A living process, and an input topic of which it owns a consumer group. */
export interface GroupOwner {
  readonly pid: number
  readonly topic: string
  readonly group: string
}

/**
 * Who works with the log in `dir`, which must exist. Takes nothing from anybody.
 * @throws LogUnavailableError when it cannot be opened, or is none
 */
export async function findGroupOwners(dir: string, clock: Clock): Promise<readonly GroupOwner[]> {
  const store = LmdbStore.open(dir)
  try {
    const self = ownIdentity()
    const claims = store.snapshot(() => store.entriesUnder<ClaimRecord>('owner'))
    return claims.flatMap(({ key, value: { owner, leaseUntil } }) => {
      if (owner === null) return []
      const state = liveness(owner, self)
      if (state === 'dead' || (state === 'unknown' && leaseUntil <= clock.now())) return []
      return [{ pid: owner.pid, topic: String(key[1]), group: String(key[2]) }]
    })
  } finally {
    await store.close()
  }
}
