import { closeSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '#shared/clock/clock'
import { LogUnavailableError } from '../errors.js'
import type { ClaimRecord } from './claims.js'
import { LmdbStore } from './lmdb-store.js'
import { liveness, ownIdentity } from './process-identity.js'

/** A living process, and an input topic of which it owns a consumer group. */
export interface GroupOwner {
  readonly pid: number
  readonly topic: string
  readonly group: string
}

/** `MDB_MAGIC`, after the 24 bytes of the first page’s header [mdb.c of LMDB 1.0, which lmdb carries]. */
const MAGIC = 0xbeefc0de
const MAGIC_AT = 24

/**
 * Who works with the log in `dir`, which must exist. Takes nothing from anybody.
 * @throws LogUnavailableError when it cannot be opened, or is none
 */
export async function findGroupOwners(dir: string, clock: Clock): Promise<readonly GroupOwner[]> {
  requireLmdb(join(dir, 'data.mdb'))
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

/** lmdb ends the process over a file that is none of its own, so it must not get to see one. */
function requireLmdb(file: string): void {
  const magic = Buffer.alloc(4)
  try {
    const descriptor = openSync(file, 'r')
    try {
      readSync(descriptor, magic, 0, magic.length, MAGIC_AT)
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    throw new LogUnavailableError(`${file} cannot be read; check its permissions`, { cause })
  }
  // In the byte order of the machine that wrote it, which is the only one that can read it.
  if (magic.readUInt32LE() === MAGIC || magic.readUInt32BE() === MAGIC) return
  throw new LogUnavailableError(`${file} is no log of Foretide, or is damaged; move it away`)
}
