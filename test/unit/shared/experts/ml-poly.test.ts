import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MixtureLoss, MlPoly } from '#shared/experts/ml-poly'
import { knotsFor } from '#shared/forecast/knots'
import { StateLayout } from '#shared/series-state/state-layout'
import { readLineReference } from '../../../reference/line/line-reference.js'

function newMixture(loss: MixtureLoss, leads: readonly number[], experts: number) {
  const layout = new StateLayout()
  const knots = { ...knotsFor(1, 1), leads }
  const mixture = new MlPoly(layout, loss, knots, experts)
  const numbers = new Float64Array(layout.size)
  const weights = () => {
    const out = new Float64Array(leads.length * experts)
    mixture.weights(numbers, out)
    return leads.map((_, k) => [...out.subarray(k * experts, (k + 1) * experts)])
  }
  return { mixture, numbers, weights }
}

describe('MlPoly', () => {
  it.each([
    ['squared', 'mlPolySquared'],
    ['absolute', 'mlPolyAbsolute'],
  ] as const)('learns the weights of the formula for %s loss', (loss, name) => {
    // Expected: test/reference/line/make_line_reference.py, ml_poly.
    const { leads, experts, unit, steps, checks } = readLineReference()[name]
    const { mixture, numbers, weights } = newMixture(loss, leads, experts)
    let checked = 0
    steps.forEach(({ knot, outcome, mixed, said }, i) => {
      mixture.learn(numbers, knot, outcome, mixed, unit, Float64Array.from([0, ...said]), 1)
      const expected = checks.find(({ after }) => after === i + 1)
      if (!expected) return
      checked++
      weights().forEach((row, k) => {
        row.forEach((weight, e) => {
          expect(weight, `knot ${k}, expert ${e}, after ${i + 1}`).toBeCloseTo(expected.weights[k][e], 9)
        })
      })
    })
    expect(checked).toBe(checks.length)
  })

  it('starts with equal weights', () => {
    expect(newMixture('squared', [1, 2], 4).weights()).toEqual(Array(2).fill(Array(4).fill(0.25)))
  })

  it('gives non-negative weights that sum to 1, whatever came', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1e-12, 3e38, -3e38, 6.7e38),
      fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom<MixtureLoss>('squared', 'absolute'),
        fc.array(fc.tuple(value, value, value, value, fc.constantFrom(1e-9, 1, 1e38)), { maxLength: 60 }),
        (loss, steps) => {
          const { mixture, numbers, weights } = newMixture(loss, [1], 3)
          for (const [outcome, a, b, c, unit] of steps) {
            const [row] = weights()
            const mixed = row[0] * a + row[1] * b + row[2] * c
            mixture.learn(numbers, 0, outcome, mixed, unit, Float64Array.of(a, b, c), 0)
          }
          const [row] = weights()
          expect(Math.min(...row)).toBeGreaterThanOrEqual(0)
          expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 9)
        },
      ),
    )
  })

  it('comes to trust the expert that is right among those that are not', () => {
    for (const loss of ['squared', 'absolute'] as const) {
      const { mixture, numbers, weights } = newMixture(loss, [1], 3)
      for (let i = 0; i < 500; i++) {
        const y = Math.sin(i)
        const said = [y + 1 + 0.2 * Math.cos(7 * i), y, Math.cos(3 * i)]
        const mixed = weights()[0].reduce((sum, weight, e) => sum + weight * said[e], 0)
        mixture.learn(numbers, 0, y, mixed, 1, Float64Array.from(said), 0)
      }
      expect(weights()[0][1], loss).toBeGreaterThan(0.9)
    }
  })
})
