import { describe, expect, it } from 'vitest'
import { Patience } from '#shared/log/kafka/patience'

/** Time goes on by as much as somebody sleeps, one sleep after the other. */
function handClock() {
  let nowMs = 0
  const sleeps: number[] = []
  return {
    sleeps,
    now: () => nowMs,
    async sleep(ms: number, signal?: AbortSignal) {
      await new Promise((resolve) => setImmediate(resolve))
      if (signal?.aborted) return
      sleeps.push(ms)
      nowMs += ms
    },
  }
}

describe('Patience', () => {
  it('gives up on what takes too long, and on nothing else', async () => {
    const clock = handClock()
    const patience = new Patience(clock)
    const never = new Promise<string>(() => undefined)
    const [late, later] = [patience.within(2_000, never), patience.within(5_000, never)]
    expect(await patience.within(2_000, Promise.resolve('here'))).toBe('here')
    await expect(patience.within(2_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await late).toBeUndefined()
    expect(clock.now()).toBe(2_000)
    expect(await later).toBeUndefined()
    expect(clock.now()).toBe(5_000)
  })

  it('has one timer for all waits, and none without any', async () => {
    const clock = handClock()
    const patience = new Patience(clock)
    await Promise.all(Array.from({ length: 50 }, () => patience.within(2_000, new Promise(() => undefined))))
    expect(clock.sleeps).toEqual([1_000, 1_000])
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(clock.sleeps).toHaveLength(2)
  })

  it('lets go of its timer when it is closed', async () => {
    const clock = handClock()
    const patience = new Patience(clock)
    const waiting = patience.within(60_000, new Promise(() => undefined))
    patience.close()
    expect(
      await Promise.race([waiting, new Promise((resolve) => setTimeout(() => resolve('open'), 20))]),
    ).toBe('open')
    expect(clock.sleeps).toEqual([])
  })
})
