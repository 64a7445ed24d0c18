import { describe, expect, it } from 'vitest'
import { DriftWatch } from '#shared/drift/drift-watch'
import { autoregressive } from './measure-detector.js'

const day = 86_400_000

/** Days of scores: each day one outcome of two series, with the head's error as a share of the naive one's. */
function live(watch: DriftWatch, from: number, days: number, ratio: (day: number) => number, version = 3) {
  const noise = autoregressive(from, 0)
  for (let d = from; d < from + days; d++)
    for (const series of ['a', 'b']) {
      const naive = (series === 'a' ? 1 : 1000) * (1 + 0.2 * Math.abs(noise.next().value))
      const head = naive * ratio(d) * (1 + 0.1 * noise.next().value)
      watch.take({
        ...{ series, timeMs: d * day + 1, leads: [1] },
        ...{ serving: [version], servingErrors: [Math.max(0, head)], naiveErrors: [naive] },
      })
    }
}

describe('DriftWatch', () => {
  it('tells when the head loses what it was worth against the naive forecast, and not when both err more', () => {
    const watch = new DriftWatch(day, 3)
    live(watch, 0, 60, () => 0.6)
    expect(watch.drifted).toBe(false)
    live(watch, 60, 12, () => 1.1)
    expect(watch.drifted).toBe(true)
  })

  it('begins anew when it is reset', () => {
    const watch = new DriftWatch(day, 3)
    live(watch, 0, 40, (d) => (d < 30 ? 0.6 : 1.1))
    watch.reset(3)
    expect(watch.drifted).toBe(false)
    live(watch, 40, 60, () => 1.1)
    expect(watch.drifted).toBe(false)
  })

  it('looks at the serving version alone', () => {
    const watch = new DriftWatch(day, 3)
    live(watch, 0, 40, (d) => (d < 30 ? 0.6 : 1.1), 2)
    expect(watch.drifted).toBe(false)
  })
})
