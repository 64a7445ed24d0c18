import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'

describe('the machine’s clock', () => {
  it('leaves nothing at a signal that it has slept by, however often', async () => {
    const { signal } = new AbortController()
    for (let i = 0; i < 20; i++) await systemClock.sleep(0, signal)
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('wakes at the signal', async () => {
    const ending = new AbortController()
    const asleep = systemClock.sleep(60_000, ending.signal)
    ending.abort()
    await asleep
    await systemClock.sleep(60_000, ending.signal)
  })
})
