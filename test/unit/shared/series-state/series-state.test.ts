import { describe, expect, it } from 'vitest'
import { SeriesState } from '#shared/series-state/series-state'
import { StateLayout } from '#shared/series-state/state-layout'

describe('StateLayout', () => {
  it('gives each part a place of its own and names them all', () => {
    const layout = new StateLayout()
    expect([layout.reserve('a', 3), layout.reserve('b', 0), layout.reserve('c', 2)]).toEqual([0, 3, 3])
    expect(layout.size).toBe(5)
    const other = new StateLayout()
    other.reserve('a', 2)
    other.reserve('b', 3)
    expect(other.size).toBe(5)
    expect(other.fingerprint).not.toBe(layout.fingerprint)
  })
})

describe('SeriesState', () => {
  it('remembers the oldest record that its saved state has not seen', () => {
    const state = new SeriesState('a', 0, new Float64Array(0))
    expect(state.touch(5)).toBe(true)
    expect(state.touch(9)).toBe(false)
    expect([state.dirtyFrom, state.lastOffset]).toEqual([5, 9])
    state.dirtyFrom = -1
    expect(state.touch(12)).toBe(true)
  })

  it('forgets its place but not its last record', () => {
    const state = new SeriesState('a', 0, new Float64Array(0))
    state.touch(7)
    Object.assign(state, { lastTimeMs: 5, fresh: false })
    state.held.push({ series: 'a', timeMs: 9, value: 1, offset: 7 })
    state.forget()
    expect(state).toMatchObject({
      lastTimeMs: Number.NEGATIVE_INFINITY,
      held: [],
      fresh: true,
      lastOffset: 7,
    })
  })
})
