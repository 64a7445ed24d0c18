import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Claims } from '#shared/log/embedded/claims'
import { LmdbStore } from '#shared/log/embedded/lmdb-store'
import { liveness, ownIdentity, type ProcessIdentity } from '#shared/log/embedded/process-identity'
import { StillClock } from './still-clock.js'

const self = { ...ownIdentity(), thread: 0 }
/** The process that started this one, as it would describe itself. */
const parent: ProcessIdentity = { ...self, pid: process.ppid, started: startedOf(process.ppid) }

/** Field 22 of /proc/<pid>/stat, counted from the end of the command as proc(5) advises. */
function startedOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').pop()!.split(' ')[19]!
}

describe.runIf(process.platform === 'linux')('the liveness of a process', () => {
  it('is that of the process with the same id and start', () => {
    expect(liveness(self, self)).toBe('alive')
    expect(liveness(parent, self)).toBe('alive')
  })

  it('ends with the process', async () => {
    const child = spawn('sleep', ['60'])
    const identity = { ...self, pid: child.pid!, started: startedOf(child.pid!) }
    expect(liveness(identity, self)).toBe('alive')
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(liveness(identity, self)).toBe('dead')
  })

  it('is not inherited by a process that got the same id later, or by one after a restart of the machine', () => {
    expect(liveness({ ...parent, started: '1' }, self)).toBe('dead')
    expect(liveness({ ...parent, boot: 'before' }, self)).toBe('dead')
  })

  it('cannot be seen from another container, of a thread, or without a start time', () => {
    expect(liveness({ ...parent, namespace: 'pid:[1]' }, self)).toBe('unknown')
    expect(liveness({ ...parent, thread: 3 }, self)).toBe('unknown')
    expect(liveness({ ...parent, started: '' }, self)).toBe('unknown')
  })
})

describe('a claim', () => {
  const key = ['owner', 'in', 'g']
  let dir: string
  let store: LmdbStore
  let clock: StillClock
  let claims: Claims

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foretide-log-'))
    store = LmdbStore.open(dir)
    clock = new StillClock()
    claims = new Claims(store, clock)
  })

  afterEach(async () => {
    await store.close()
    await rm(dir, { recursive: true })
  })

  const heldBy = (owner: ProcessIdentity, leaseUntil: number) =>
    store.transact(() => store.putEntry(key, { owner, leaseUntil }, 5))

  it('of a dead process is taken over at once, with a higher epoch', () => {
    heldBy({ ...parent, started: '1' }, 1e15)
    expect(claims.claim(key)).toMatchObject({ epoch: 6 })
  })

  it('of a living process holds for as long as that lives, lease or not', () => {
    heldBy(parent, 0)
    clock.time = 1e15
    expect(claims.claim(key)).toEqual({ takenBy: parent })
  })

  it('of a process that cannot be looked up holds until its lease ends', () => {
    const far = { ...parent, namespace: 'pid:[1]' }
    heldBy(far, 1000)
    clock.time = 999
    expect(claims.claim(key)).toEqual({ takenBy: far })
    clock.time = 1000
    expect(claims.claim(key)).toMatchObject({ epoch: 6 })
  })

  it('is refreshed by its owner for another 30 s, and not by one that has lost it', async () => {
    const claim = claims.claim(key)
    if ('takenBy' in claim) throw new Error('the claim was refused')
    clock.time = 20_000
    await claims.refresh(claim)
    expect(store.snapshot(() => store.entry(key))!.value).toMatchObject({ leaseUntil: 50_000 })
    claims.claim(key, { takeOver: true })
    clock.time = 40_000
    await claims.refresh(claim)
    expect(store.snapshot(() => store.entry(key))!.value).toMatchObject({ leaseUntil: 50_000 })
  })

  it('that is released is free, and what was under way for it is refused', async () => {
    const claim = claims.claim(key)
    if ('takenBy' in claim) throw new Error('the claim was refused')
    const late = claims.refresh(claim)
    claims.release(claim)
    await late
    await claims.refresh(claim)
    expect(await store.writeIf([claim.condition], () => store.putEntry(['x'], 1, 1))).toBe(false)
    expect(claims.claim(key)).not.toHaveProperty('takenBy')
  })
})
