import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FetchPace } from '#shared/log/kafka/fetch-pace'

/** Times of the fetches of one that waits as it is told to, and whose work between takes so long. */
function fetches(pace: FetchPace, fromMs: number, workMs: readonly number[]): number[] {
  let nowMs = fromMs
  return workMs.map((ms) => {
    nowMs += pace.waitMs(nowMs)
    const at = nowMs
    pace.began(at)
    nowMs += ms
    return at
  })
}
const gaps = (times: readonly number[]) => times.slice(1).map((time, i) => time - times[i]!)

describe('the pace of a partition’s fetches', () => {
  it('begins at once, and then is one in 40 ms', () => {
    const times = fetches(
      new FetchPace(3),
      1_000_000,
      Array.from({ length: 10 }, () => 5),
    )
    expect(times[0]).toBe(1_000_000)
    for (const gap of gaps(times).slice(1)) expect(gap).toBeCloseTo(40, 6)
  })

  it('spreads twelve partitions that began together over the 40 ms, none within 1.5 of another', () => {
    const phases = Array.from({ length: 12 }, (_, partition) => {
      const times = fetches(new FetchPace(partition), 1_000_000, [1, 1, 1])
      return times[2]! % 40
    }).sort((a, b) => a - b)
    const apart = [...gaps(phases), phases[0]! + 40 - phases[11]!]
    expect(Math.min(...apart)).toBeGreaterThan(1.5)
    expect(Math.max(...apart)).toBeLessThan(6)
  })

  it('does not wait when it is behind, and is in its phase again after that', () => {
    const pace = new FetchPace(0)
    const times = fetches(pace, 40_000, [10, 10, 130, 10, 10, 10])
    expect(times).toEqual([40_000, 40_040, 40_080, 40_210, 40_240, 40_280])
  })

  it('holds nothing up for more than a period and a half, whatever the clock does', () => {
    const time = fc.integer({ min: 0, max: 2 ** 42 })
    fc.assert(
      fc.property(
        fc.nat({ max: 500 }),
        time,
        fc.oneof(time, fc.integer({ min: -100, max: 100 })),
        (p, at, then) => {
          const pace = new FetchPace(p)
          pace.began(at)
          const nowMs = Math.abs(then) <= 100 ? at + then : then
          const waitMs = pace.waitMs(nowMs)
          expect(waitMs).toBeGreaterThanOrEqual(0)
          expect(waitMs).toBeLessThanOrEqual(60 + 40)
        },
      ),
    )
  })
})
