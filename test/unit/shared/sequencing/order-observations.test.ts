import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HELD_MAX, orderObservation } from '#shared/sequencing/order-observations'
import { SeriesState } from '#shared/series-state/series-state'

const newSeries = () => new SeriesState('a', 0, new Float64Array(0))
const at = (timeMs: number, value = timeMs, offset = timeMs) => ({ series: 'a', timeMs, value, offset })

/** What each observation releases (times), or why it is dropped. */
function orderAll(times: readonly number[], graceMs: number) {
  const state = newSeries()
  const said = times.map((timeMs, i) => {
    const ordered = orderObservation(state, at(timeMs, i, i), graceMs)
    return typeof ordered === 'string' ? ordered : ordered.map((it) => it.timeMs)
  })
  return { said, held: state.held.map((it) => it.timeMs) }
}

// Expected sequences by hand from the rule: first wins, older than the newest released is late.
describe('orderObservation', () => {
  it('without grace passes what is newer, drops what is older and what has been seen', () => {
    expect(orderAll([10, 20, 20, 15, 10, 30], 0).said).toEqual([
      [10],
      [20],
      'duplicate',
      'late',
      'late',
      [30],
    ])
  })

  it('with grace reorders what comes late within it', () => {
    const { said, held } = orderAll([10, 30, 20, 35, 41, 15, 60], 20)
    expect(said).toEqual([[], [10], [], [], [20], 'late', [30, 35]])
    expect(held).toEqual([41, 60])
  })

  it('with grace keeps the first of two values for one time, held or released', () => {
    const state = newSeries()
    expect(orderObservation(state, at(10, 1), 20)).toEqual([])
    expect(orderObservation(state, at(10, 2), 20)).toBe('duplicate')
    expect(orderObservation(state, at(30, 3), 20)).toEqual([at(10, 1)])
    expect(orderObservation(state, at(10, 4), 20)).toBe('duplicate')
  })

  it('releases in time order, once each, whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 80 }),
        fc.integer({ min: 0, max: 100 }),
        (times, graceMs) => {
          const { said, held } = orderAll(times, graceMs)
          const released = said.flatMap((it) => (typeof it === 'string' ? [] : it))
          const all = [...released, ...held]
          expect(all).toEqual([...new Set(all)].sort((a, b) => a - b))
          const dropped = said.filter((it) => typeof it === 'string').length
          expect(all.length + dropped).toBe(times.length)
          const newest = Math.max(...times)
          for (const time of held) expect(time).toBeGreaterThan(newest - graceMs)
        },
      ),
    )
  })

  it('drops nothing whose delay is within the grace', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 49 }), { minLength: 1, maxLength: 60 }), (delays) => {
        const arrivals = delays
          .map((delay, i) => ({ time: 10 * i, arrives: 10 * i + delay }))
          .sort((a, b) => a.arrives - b.arrives)
        const { said } = orderAll(
          arrivals.map(({ time }) => time),
          50,
        )
        expect(said.filter((it) => typeof it === 'string')).toEqual([])
      }),
    )
  })

  it('holds a bounded number back: beyond it the oldest leave early', () => {
    const times = Array.from({ length: HELD_MAX + 5 }, (_, i) => i)
    const { said, held } = orderAll(times, 1e9)
    expect(held.length).toBe(HELD_MAX)
    expect(said.slice(-5)).toEqual([[0], [1], [2], [3], [4]])
  })
})
