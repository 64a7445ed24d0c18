import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { FeederTurn } from '#services/feeder/feeder-turn'
import type { Log, Ownership } from '#shared/log/port'

/** A log whose partitions come and go as the test says. */
function sharedLog() {
  const ownerships = new Subject<Ownership>()
  const asked: string[] = []
  const log = {
    ownerships: (input: string, group: string) => {
      asked.push(`${input} ${group}`)
      return ownerships
    },
  } as unknown as Log
  const give = (partition: number) => {
    const lost$ = new Subject<void>()
    ownerships.next({ partition, lost$ } as unknown as Ownership)
    return () => lost$.next()
  }
  return { log, asked, give, ownerships }
}

describe('the turn to feed', () => {
  it('is whose the first partition is, for as long as it is', () => {
    const { log, asked, give } = sharedLog()
    const turn = new FeederTurn(log, 'sensors', 'feeders')
    expect(asked).toEqual(['sensors feeders'])
    expect(turn.ours).toBe(false)
    give(3)
    expect(turn.ours).toBe(false)
    const take = give(0)
    expect(turn.ours).toBe(true)
    take()
    expect(turn.ours).toBe(false)
    give(0)
    expect(turn.ours).toBe(true)
  })

  it('is not lost with an ownership that was followed by another', () => {
    const { log, give } = sharedLog()
    const turn = new FeederTurn(log, 'sensors', 'feeders')
    const takeFirst = give(0)
    give(0)
    takeFirst()
    expect(turn.ours).toBe(true)
  })

  it('is given to others when it is released', () => {
    const { log, give, ownerships } = sharedLog()
    const turn = new FeederTurn(log, 'sensors', 'feeders')
    give(0)
    turn.release()
    expect(turn.ours).toBe(false)
    expect(ownerships.observed).toBe(false)
  })

  it('fails as the log does', () => {
    const { log, ownerships } = sharedLog()
    const turn = new FeederTurn(log, 'sensors', 'feeders')
    ownerships.error(new Error('no right to read the group'))
    expect(() => turn.ours).toThrow('no right to read the group')
  })
})
