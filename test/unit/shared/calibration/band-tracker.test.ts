import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BandTracker } from '#shared/calibration/band-tracker'
import { knotsFor } from '#shared/forecast/knots'
import { BANDS } from '#shared/forecast/quantile-levels'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import type { Season } from '#shared/series/season'
import { StateLayout } from '#shared/series-state/state-layout'
import { readLineReference } from '../../../reference/line/line-reference.js'

function newBands(season: Season, horizon: number, leads?: readonly number[]) {
  const layout = new StateLayout()
  const knots = knotsFor(horizon, 1)
  if (leads) expect(knots.leads).toEqual(leads)
  const bands = new BandTracker(layout, knots, season)
  const numbers = new Float64Array(layout.size)
  const fan = (index: number, prior: number) => {
    const out = new Float64Array(BANDS.length * horizon)
    bands.halfWidths(numbers, index, prior, out)
    return BANDS.map((_, b) => out.slice(b * horizon, (b + 1) * horizon))
  }
  return { bands, numbers, fan }
}

/** Standard normal, by Box and Muller. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
}

describe('BandTracker', () => {
  it.each(['bandsByHour', 'bandsPlain'] as const)('tracks the half widths of the recipe: %s', (name) => {
    // Expected: test/reference/line/make_line_reference.py, bands.
    const { main, bins, leads, horizon, prior, steps, checks } = readLineReference()[name]
    const { bands, numbers, fan } = newBands({ main, week: 0, bins }, horizon, leads)
    let checked = 0
    steps.forEach((matured, index) => {
      for (const { knot, error, issued } of matured) {
        bands.learn(numbers, knot, index, error, Float64Array.from(issued), 0, prior)
      }
      const expected = checks.find(({ after }) => after === index)
      if (!expected) return
      checked++
      fan(index, prior).forEach((row, b) => {
        row.forEach((width, h) => {
          expect(width, `band ${b}, lead ${h + 1}, at ${index}`).toBeCloseTo(expected.halfWidths[b][h], 9)
        })
      })
    })
    expect(checked).toBe(checks.length)
  })

  it('covers what it says of normal noise, in quiet hours and in loud ones', () => {
    // Property of quantile tracking: by hour, off by no more than 5 points over 12,000 outcomes.
    const random = new SeededRandom(3)
    const { bands, numbers, fan } = newBands({ main: 4, week: 0, bins: 4 }, 1)
    const covered = BANDS.map(() => [0, 0, 0, 0])
    let scored = 0
    for (let index = 0; index < 13_000; index++) {
      const issued = fan(index - 1, 1).map(([width]) => width)
      const error = Math.abs(normal(random) * [1, 1, 8, 3][index % 4])
      if (index >= 1000) {
        scored++
        issued.forEach((width, b) => {
          covered[b][index % 4] += error <= width ? 1 : 0
        })
      }
      bands.learn(numbers, 0, index, error, Float64Array.from(issued), 0, 1)
    }
    BANDS.forEach((nominal, b) => {
      const all = covered[b].reduce((sum, count) => sum + count, 0) / scored
      expect(Math.abs(all - nominal), `${nominal} over all`).toBeLessThan(0.005)
      for (const count of covered[b]) expect(Math.abs(count / (scored / 4) - nominal)).toBeLessThan(0.05)
    })
  })

  it('never lets an outer band be narrower than an inner one, and stays finite', () => {
    const size = fc.oneof(
      fc.constantFrom(0, 1e-300, 1e-9, 6.8e38),
      fc.double({ min: 0, max: 100, noNaN: true }),
    )
    fc.assert(
      fc.property(fc.array(size, { maxLength: 80 }), fc.constantFrom(1e-10, 1, 1e38), (errors, prior) => {
        const { bands, numbers, fan } = newBands({ main: 4, week: 0, bins: 4 }, 6)
        errors.forEach((error, index) => {
          const issued = fan(index - 1, prior)
          for (let knot = 0; knot < 3; knot++) {
            bands.learn(numbers, knot, index, error, Float64Array.from(issued.map((row) => row[0])), 0, prior)
          }
          const [half, most, all] = fan(index, prior)
          for (let h = 0; h < 6; h++) {
            expect(half[h]).toBeGreaterThanOrEqual(0)
            expect(most[h]).toBeGreaterThanOrEqual(half[h])
            expect(all[h]).toBeGreaterThanOrEqual(most[h])
            expect(Number.isFinite(all[h])).toBe(true)
          }
        })
      }),
    )
  })

  it('never lets an outer band be narrower, however long ago those that missed were issued', () => {
    const { bands, numbers, fan } = newBands({ main: 1, week: 0, bins: 1 }, 1)
    // The innermost alone was too narrow, and is widened at every outcome until it would be the widest.
    for (let index = 0; index < 1000; index++) {
      bands.learn(numbers, 0, index, 1, Float64Array.of(0, 2, 2), 0, 1)
    }
    const [[half], [most], [all]] = fan(1000, 1)
    expect(half).toBeGreaterThan(5)
    expect(most).toBe(half)
    expect(all).toBe(half)
  })

  it('starts wide, by the root of the lead', () => {
    // By hand: 2.6 × prior × √lead at the knots.
    const { fan } = newBands({ main: 1, week: 0, bins: 1 }, 4)
    const [, , all] = fan(0, 10)
    expect(all[0]).toBeCloseTo(26, 9)
    expect(all[1]).toBeCloseTo(26 * Math.SQRT2, 9)
    expect(all[3]).toBeCloseTo(52, 9)
  })
})
