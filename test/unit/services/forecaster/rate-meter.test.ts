import { describe, expect, it } from 'vitest'
import { RateMeter } from '#services/forecaster/rate-meter'

// Expected by hand: events in the window over the time since its first, at least a second.
describe('RateMeter', () => {
  it('gives events per second over the last few seconds, and 0 when nothing came', () => {
    const meter = new RateMeter(5_000)
    expect(meter.perSecond(0)).toBe(0)
    meter.add(0, 10)
    meter.add(50, 10)
    meter.add(1_000, 20)
    expect(meter.perSecond(1_000)).toBe(40)
    expect(meter.perSecond(2_000)).toBe(20)
    expect(meter.perSecond(6_000)).toBe(20 / 5)
    expect(meter.perSecond(6_001)).toBe(0)
  })

  it('does not boast after its first event', () => {
    const meter = new RateMeter()
    meter.add(100, 500)
    expect(meter.perSecond(101)).toBe(500)
  })
})
