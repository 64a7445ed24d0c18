import { beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '#shared/clock/clock'
import { OutageWatch } from '#shared/log/kafka/outage-watch'
import type { LogListener } from '#shared/log/log-listener'

/** A clock that stands until it is told to go on, second by second, as far as whoever sleeps a second can see. */
class SteppedClock implements Clock {
  private nowMs = 1_000_000
  private wake: () => void = () => undefined
  now() {
    return this.nowMs
  }
  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.wake = done
      signal?.addEventListener('abort', done)
    })
  }
  async seconds(count: number, each: () => void = () => undefined): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.nowMs += 1_000
      each()
      this.wake()
      for (let turn = 0; turn < 5; turn++) await Promise.resolve()
    }
  }
}

describe('the watch over outages', () => {
  let clock: SteppedClock
  let said: string[]
  let away: number[]
  let watch: OutageWatch
  beforeEach(() => {
    clock = new SteppedClock()
    said = []
    away = []
    const listener: LogListener = {
      silent: () => undefined,
      away: (seconds) => away.push(seconds),
      waiting: ({ place, places, reason, seconds }) =>
        said.push(`${place} of ${places}: ${reason}, ${seconds}`),
      back: (seconds) => said.push(`back after ${seconds}`),
    }
    watch = new OutageWatch(clock, listener)
  })

  it('says nothing of what passes within five seconds', async () => {
    watch.failed('a', new Error('no leader'))
    await clock.seconds(4)
    watch.worked('a')
    await clock.seconds(60)
    expect([said, away]).toEqual([[], []])
  })

  it('says after five seconds what is waited for and why, every half minute again, and when it is back', async () => {
    watch.failed('a', new Error('no leader'))
    await clock.seconds(3, () => watch.failed('b', new Error('refused')))
    await clock.seconds(37, () => watch.failed('a', new Error('refused')))
    expect(said).toEqual(['a of 2: refused, 5', 'a of 2: refused, 35'])
    expect(away).toEqual(Array.from({ length: 36 }, (_, i) => i + 5))
    watch.worked('a')
    watch.worked('b')
    await clock.seconds(1)
    expect(said.slice(2)).toEqual(['back after 40'])
    expect(away.at(-1)).toBe(0)
  })

  it('forgets what nobody tries any more once others get on, and not before', async () => {
    watch.failed('given up', new Error('refused'))
    await clock.seconds(60, () => watch.failed('b', new Error('refused')))
    expect(said).toHaveLength(2)
    watch.worked('b')
    await clock.seconds(1)
    expect(said.at(-1)).toBe('back after 60')
  })

  it('goes on about one partition without a leader while all others work', async () => {
    const failing = () => watch.failed('a', new Error('no leader'))
    await clock.seconds(20, () => {
      failing()
      watch.failed('b', new Error('busy'))
      watch.worked('b')
    })
    expect(said).toEqual(['a of 1: no leader, 5'])
    watch.abandoned('a')
    await clock.seconds(1)
    expect(said.at(-1)).toMatch(/^back/)
  })

  it('is quiet once it is closed', async () => {
    watch.failed('a', new Error('refused'))
    watch.close()
    await clock.seconds(30)
    expect(said).toEqual([])
  })
})
