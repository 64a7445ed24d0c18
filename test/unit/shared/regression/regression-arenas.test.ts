import { describe, expect, it } from 'vitest'
import { RegressionArenas } from '#shared/regression/regression-arenas'
import { AUTOREGRESSION, type RegressionPlace, SeriesState } from '#shared/series-state/series-state'

const LEADS = 3
const FEATURES = 2

const newSeries = () => new SeriesState('a', 0, new Float64Array(1))

/** Go through `count` samples from grid index `from` on; what is said of the last. */
function advance(
  arenas: RegressionArenas,
  state: SeriesState,
  place: RegressionPlace,
  count: number,
  { from = 0, skipped = 0, features = FEATURES } = {},
): number[] {
  const arena = arenas.of(place, features)
  const out = new Float32Array(LEADS)
  for (let t = from; t < from + count; t++) {
    const slot = arenas.slotOf(state, place, features)
    const index = arenas.indexOf(arena, slot, t, t === from ? skipped : 0)
    arena.advance({
      slots: Int32Array.of(slot),
      indices: Float64Array.of(index),
      values: Float32Array.of(Math.sin(t)),
      learns: Uint8Array.of(1),
      rows: new Float32Array(features).fill(Math.cos(t)),
      anchors: new Float32Array(LEADS),
      out,
    })
  }
  return [...out]
}

describe('the arenas of the regressions', () => {
  it('start the read-out of a lane as a copy of the other lane’s', () => {
    const arenas = new RegressionArenas(LEADS)
    const state = newSeries()
    advance(arenas, state, 0, 50)
    arenas.startReadOut(state, 1, FEATURES)
    const copy = advance(arenas, state, 1, 5, { from: 50 })
    expect(copy).toEqual(advance(arenas, state, 0, 5, { from: 50 }))
    expect(copy).not.toEqual(advance(arenas, newSeries(), 0, 5, { from: 50 }))
  })

  it('start it knowing nothing where the other reads another number of hidden units', () => {
    const arenas = new RegressionArenas(LEADS)
    const state = newSeries()
    advance(arenas, state, 0, 50)
    advance(arenas, state, 1, 50)
    arenas.startReadOut(state, 1, FEATURES + 4)
    expect(state.regressions[1]?.features).toBe(FEATURES + 4)
    const said = advance(arenas, state, 1, 5, { from: 50, features: FEATURES + 4 })
    expect(said).toEqual(advance(arenas, newSeries(), 1, 5, { from: 50, features: FEATURES + 4 }))
  })

  it('take any time for a beginning, and any gap', () => {
    const arenas = new RegressionArenas(LEADS)
    // Cells of a millisecond, from the first day to the last that a Date can hold.
    for (const from of [-8.64e15, -1, 0, 2 ** 40 - 3, 8.64e15 - 300]) {
      const state = newSeries()
      advance(arenas, state, AUTOREGRESSION, 100, { from })
      const said = advance(arenas, state, AUTOREGRESSION, 5, { from: from + 200, skipped: 100 })
      expect(said.every(Number.isFinite)).toBe(true)
      expect(said.some((value) => value !== 0)).toBe(true)
    }
  })

  it('save and restore each regression bit for bit', () => {
    const arenas = new RegressionArenas(LEADS)
    const state = newSeries()
    advance(arenas, state, 0, 40)
    advance(arenas, state, AUTOREGRESSION, 60)
    const saved = arenas.save(state)
    expect(saved[1]).toBeNull()
    const others = new RegressionArenas(LEADS)
    const back = newSeries()
    others.restore(back, saved)
    expect(advance(others, back, 0, 9, { from: 40 })).toEqual(advance(arenas, state, 0, 9, { from: 40 }))
    expect(advance(others, back, AUTOREGRESSION, 9, { from: 60 })).toEqual(
      advance(arenas, state, AUTOREGRESSION, 9, { from: 60 }),
    )
    expect(back.regressions[1]).toBeNull()
  })

  it('give the place of a series that is released to the next', () => {
    const arenas = new RegressionArenas(LEADS)
    const state = newSeries()
    advance(arenas, state, 0, 10)
    const slot = state.regressions[0]?.slot
    arenas.release(state)
    expect(state.regressions).toEqual([null, null, null, null])
    const next = newSeries()
    expect(arenas.slotOf(next, 0, FEATURES)).toBe(slot)
  })
})
