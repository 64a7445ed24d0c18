import { describe, expect, it } from 'vitest'
import { resolveProtocol } from '#shared/scoring/test-protocol'

const CADENCE = 1000

/** Two series, one reading of each per row; `b` is missing in row 1. */
function source(rows: number) {
  return {
    name: 'made up',
    async *readings() {
      for (let row = 0; row < rows; row++) {
        yield { series: 'a', timeMs: row * CADENCE, value: row }
        if (row !== 1) yield { series: 'b', timeMs: row * CADENCE, value: 7 }
      }
    },
  }
}

describe('resolveProtocol', () => {
  it('finds the times of the rows and the population standard deviation of each series', async () => {
    const rows = { testFrom: 6, testTo: 9, standardiseOn: { from: 0, to: 4 } }
    const { fromMs, toMs, scales, unscaled, windows } = await resolveProtocol(source(20), rows, 3, CADENCE)
    expect([fromMs, toMs]).toEqual([6000, 9000])
    // By hand: 0, 1, 2, 3 have mean 1.5 and squares 2.25 + 0.25 + 0.25 + 2.25 = 5 over 4; b never moves.
    expect(scales.get('a')).toBeCloseTo(Math.sqrt(1.25), 15)
    expect([scales.has('b'), unscaled]).toEqual([false, ['b']])
    expect(windows).toEqual([3])
  })

  it('names a series that has no reading in the rows that make the scale', async () => {
    const { scales, unscaled } = await resolveProtocol(
      source(20),
      { testFrom: 6, standardiseOn: { from: 1, to: 2 + 1 } },
      3,
      CADENCE,
    )
    expect([[...scales.keys()], unscaled]).toEqual([['a'], ['b']])
    const none = await resolveProtocol(source(20), { testFrom: 6 }, 3, CADENCE)
    expect(none.unscaled).toEqual([])
  })

  it('ends one cadence after the last row when the end is that of the source', async () => {
    const { toMs, scales } = await resolveProtocol(source(20), { testFrom: 6, testTo: 20 }, 3, CADENCE)
    expect(toMs).toBe(20 * CADENCE)
    expect(scales.size).toBe(0)
  })

  it.each([
    ['begins beyond the source', { testFrom: 20 }],
    ['begins at row 0, before anything was learned', { testFrom: 0 }],
    ['ends before it begins', { testFrom: 6, testTo: 6 }],
    ['has a window longer than the horizon', { testFrom: 6, windows: [4] }],
    ['ends beyond the source', { testFrom: 6, testTo: 21 }],
    ['is shorter than the horizon', { testFrom: 6, testTo: 8 }],
    ['standardises on rows that are not there', { testFrom: 6, standardiseOn: { from: 50, to: 60 } }],
    ['standardises on rows some of which are not there', { testFrom: 6, standardiseOn: { from: 0, to: 21 } }],
    ['standardises on a single row', { testFrom: 6, standardiseOn: { from: 0, to: 1 } }],
  ])('refuses a test that %s', async (_, rows) => {
    await expect(resolveProtocol(source(20), rows, 3, CADENCE)).rejects.toMatchObject({
      code: 'PROTOCOL_IMPOSSIBLE',
      exitCode: 2,
    })
  })
})
