import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatePace } from '#shared/pipeline/state-pace'

describe('the pace of saving states', () => {
  it('lets a quarter of a second of the rate through at once, and then the rate', () => {
    const pace = new StatePace(4_000, 100)
    // 4,000 bytes a second are forty states of 100.
    expect(pace.allowed(0)).toBe(10)
    pace.saved(10)
    expect(pace.allowed(0)).toBe(0)
    expect(pace.allowed(50)).toBe(2)
    pace.saved(1)
    expect(pace.allowed(100)).toBe(3)
    expect(pace.allowed(200)).toBe(7)
    // Of what was not used a quarter of a second is kept, beside what has been earned since.
    expect(pace.allowed(300)).toBe(11)
    expect(pace.allowed(400)).toBe(14)
    expect(pace.allowed(500)).toBe(14)
  })

  it('lets through what the time between two commits has earned, five seconds of it at most', () => {
    const pace = new StatePace(4_000, 100)
    pace.allowed(0)
    pace.saved(10)
    expect(pace.allowed(1_000)).toBe(40)
    pace.saved(40)
    expect(pace.allowed(3_600_000)).toBe(200)
  })

  it('lets a state through that is larger than all of that, once it is earned', () => {
    const pace = new StatePace(1_000, 30_000)
    expect(pace.allowed(0)).toBe(1)
    pace.saved(1)
    expect(pace.allowed(29_000)).toBe(0)
    expect(pace.allowed(30_000)).toBe(1)
  })

  it('makes up for what had to be saved', () => {
    const pace = new StatePace(1_000, 100)
    // Of 250 bytes at hand 3,250 are taken.
    pace.allowed(0)
    pace.saved(32.5)
    expect(pace.allowed(3_000)).toBe(0)
    expect(pace.allowed(3_100)).toBe(1)
  })

  it('loses nothing to commits that come apart, nor to states that do not divide what was earned', () => {
    // 1,000 bytes a second, of states of 700: ten in seven seconds.
    const pace = new StatePace(1_000, 700)
    pace.saved(pace.allowed(0))
    let saved = 0
    for (let second = 1; second <= 70; second++) {
      const count = pace.allowed(1_000 * second)
      pace.saved(count)
      saved += count
    }
    expect(saved).toBeGreaterThanOrEqual(99)
    expect(saved).toBeLessThanOrEqual(101)
  })

  it('knows no limit without one, and no clock that goes backwards', () => {
    expect(new StatePace(Number.POSITIVE_INFINITY, 100).allowed(0)).toBe(Number.POSITIVE_INFINITY)
    const pace = new StatePace(1_000, 100)
    pace.allowed(10_000)
    pace.saved(50)
    expect(pace.allowed(0)).toBe(0)
  })

  it('keeps the rate over any time, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { minLength: 1, maxLength: 60 }), (waits) => {
        const pace = new StatePace(1_000, 100)
        let [nowMs, saved] = [0, 0]
        pace.allowed(0)
        for (const wait of waits) {
          nowMs += wait
          const count = pace.allowed(nowMs)
          pace.saved(count)
          saved += count
        }
        expect(100 * saved).toBeLessThanOrEqual(250 + nowMs)
      }),
    )
  })
})
