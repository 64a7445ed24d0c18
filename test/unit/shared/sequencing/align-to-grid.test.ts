import { describe, expect, it } from 'vitest'
import { alignToGrid, type GridOptions } from '#shared/sequencing/align-to-grid'
import { SeriesState } from '#shared/series-state/series-state'

const HOUR = 3_600_000
const options: GridOptions = { cadenceMs: HOUR, gapMax: 3, ttlMs: 100 * HOUR }

/** Align readings at these hours (may be broken) of one series. */
function alignAll(hours: readonly number[], changes: Partial<GridOptions> = {}) {
  const state = new SeriesState('a', 0, new Float64Array(0))
  return hours.map((hour) => {
    const aligned = alignToGrid(
      state,
      { series: 'a', timeMs: hour * HOUR, value: 1, offset: 0 },
      { ...options, ...changes },
    )
    return aligned && { ...aligned, timeMs: aligned.timeMs / HOUR }
  })
}

const cell = (index: number, changes = {}) => ({
  index,
  timeMs: index,
  fill: 0,
  skip: 0,
  expired: false,
  ...changes,
})

// Expected cells by hand: hour 5 is cell 5; with gapMax 3, three empty cells are filled and four are skipped.
describe('alignToGrid', () => {
  it('gives neighbouring readings neighbouring cells, and the first reading closes its cell', () => {
    expect(alignAll([5, 6.1, 6.3, 6.9, 8.1])).toEqual([cell(5), cell(6), null, cell(7), cell(8)])
  })

  it('steps through a short gap and skips over a long one', () => {
    expect(alignAll([5, 9, 14])).toEqual([cell(5), cell(9, { fill: 3 }), cell(14, { skip: 4 })])
  })

  it('skips every gap when none may be filled', () => {
    expect(alignAll([5, 7], { gapMax: 0 })).toEqual([cell(5), cell(7, { skip: 1 })])
  })

  it('keeps a series that is idle for its time to live and starts one afresh beyond', () => {
    expect(alignAll([0, 100])).toEqual([cell(0), cell(100, { skip: 99 })])
    expect(alignAll([0, 100.1])).toEqual([cell(0), cell(100, { expired: true })])
  })

  it('lays the grid anew where an expired series comes back', () => {
    expect(alignAll([0, 200.5, 201.4])).toEqual([
      cell(0),
      cell(201, { timeMs: 200.5, expired: true }),
      cell(202, { timeMs: 201.5 }),
    ])
  })

  it('takes a series from before 1970 through it', () => {
    expect(alignAll([-2, -1, 0, 1])).toEqual([cell(-2), cell(-1), cell(0), cell(1)])
  })
})
