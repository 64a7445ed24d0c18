import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type MixtureLoss, MlPoly } from '#shared/experts/ml-poly'
import { knotsFor } from '#shared/forecast/knots'
import { StateLayout } from '#shared/series-state/state-layout'
import { readLineReference } from '../../../reference/line/line-reference.js'

function newMixture(
  loss: MixtureLoss,
  leads: readonly number[],
  readyAfter: readonly number[],
  persistence = -1,
) {
  const experts = readyAfter.length
  const layout = new StateLayout()
  const knots = { ...knotsFor(1, 1), leads }
  const mixture = new MlPoly(layout, loss, knots, readyAfter, persistence)
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
    const { leads, readyAfter, unit, steps, checks } = readLineReference()[name]
    const { mixture, numbers, weights } = newMixture(loss, leads, readyAfter, 0)
    let checked = 0
    steps.forEach(({ knot, outcome, mixed, said, known }, i) => {
      mixture.learn(numbers, knot, outcome, mixed, unit, known, Float64Array.from([0, ...said]), 1)
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
    expect(newMixture('squared', [1, 2], [0, 0, 0, 0]).weights()).toEqual(Array(2).fill(Array(4).fill(0.25)))
  })

  it('gives non-negative weights that sum to 1, whatever came', () => {
    const value = fc.oneof(
      fc.constantFrom(0, 1e-12, 3e38, -3e38, 6.7e38),
      fc.double({ noNaN: true, min: -1e3, max: 1e3 }),
    )
    fc.assert(
      fc.property(
        fc.constantFrom<MixtureLoss>('squared', 'absolute'),
        fc.constantFrom(-1, 0),
        fc.array(fc.tuple(value, value, value, value, fc.constantFrom(1e-9, 1, 1e38)), { maxLength: 60 }),
        (loss, persistence, steps) => {
          const { mixture, numbers, weights } = newMixture(loss, [1], [0, 5, 20], persistence)
          for (const [n, [outcome, a, b, c, unit]] of steps.entries()) {
            const [row] = weights()
            const mixed = row[0] * a + row[1] * b + row[2] * c
            mixture.learn(numbers, 0, outcome, mixed, unit, n + 1, Float64Array.of(a, b, c), 0)
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
      const { mixture, numbers, weights } = newMixture(loss, [1], [0, 0, 0])
      for (let i = 0; i < 500; i++) {
        const y = Math.sin(i)
        const said = [y + 1 + 0.2 * Math.cos(7 * i), y, Math.cos(3 * i)]
        const mixed = weights()[0].reduce((sum, weight, e) => sum + weight * said[e], 0)
        mixture.learn(numbers, 0, y, mixed, 1, i + 1, Float64Array.from(said), 0)
      }
      expect(weights()[0][1], loss).toBeGreaterThan(0.9)
    }
  })
  it('holds nothing against an expert for what stood in its place before it was ready', () => {
    const wait = 200
    for (const loss of ['squared', 'absolute'] as const) {
      const { mixture, numbers, weights } = newMixture(loss, [1], [0, 0, wait])
      let steps = 0
      for (let known = 1; steps === 0 || weights()[0][2] < 0.9; known++) {
        const y = Math.sin(known)
        const said = [
          y + 0.5 + 0.2 * Math.cos(7 * known),
          y - 0.9 * Math.cos(3 * known),
          known > wait ? y : 5,
        ]
        const mixed = weights()[0].reduce((sum, weight, e) => sum + weight * said[e], 0)
        mixture.learn(numbers, 0, y, mixed, 1, known, Float64Array.from(said), 0)
        if (known <= wait) expect(weights()[0][2], `${loss}, after ${known}`).toBe(0)
        else expect(++steps, loss).toBeLessThan(wait)
      }
    }
  })

  it('lets a newcomer that was right once not take everything', () => {
    for (const loss of ['squared', 'absolute'] as const) {
      const { mixture, numbers, weights } = newMixture(loss, [1], [0, 0, 100])
      for (let known = 1; known <= 101; known++) {
        const y = Math.sin(known)
        const said = [y + 0.1 * Math.cos(7 * known), y + Math.cos(3 * known), known > 100 ? y : 0]
        const mixed = weights()[0].reduce((sum, weight, e) => sum + weight * said[e], 0)
        mixture.learn(numbers, 0, y, mixed, 1, known, Float64Array.from(said), 0)
      }
      expect(weights()[0][2], loss).toBeLessThan(0.5)
    }
  })

  // Each expert earns 1 an outcome while its turn lasts, and then nothing: error 1, gradient 2, mixture 1, what it says 0.5 or 1.
  const takeTurns = (outcomesOfFirst: number, outcomesOfSecond: number) => {
    const { mixture, numbers, weights } = newMixture('squared', [1], [0, 0])
    for (let n = 1; n <= outcomesOfFirst + outcomesOfSecond; n++) {
      const said = n <= outcomesOfFirst ? [0.5, 1] : [1, 0.5]
      mixture.learn(numbers, 0, 0, 1, 1, n, Float64Array.from(said), 0)
    }
    return weights()[0]
  }

  it('weighs an outcome in a young series by how late it came', () => {
    // The i-th of 100 counts √((i + 10)/110), nearly. Over √110: R = ∫√j = ⅔ (60.5^1.5 − 10.5^1.5) = 291.0 and 460.7; Q = Σ j = 1775 and 4275.
    const first = 291 / 1775
    const second = 460.7 / 4275
    expect(takeTurns(50, 50)[0]).toBeCloseTo(first / (first + second), 2)
  })

  it('believes the knot before until outcomes of its own have come', () => {
    const { mixture, numbers, weights } = newMixture('squared', [1, 24], [0, 0])
    const learn = (knot: number, said: readonly number[]) =>
      mixture.learn(numbers, knot, 0, 1, 1, 1, Float64Array.from(said), 0)
    for (let n = 0; n < 50; n++) learn(0, [0, 1])
    expect(weights()).toEqual([
      [1, 0],
      [1, 0],
    ])
    // Half of it is its own after 5 × 23 outcomes, a quarter more after three times as many.
    for (let n = 1; n <= 345; n++) {
      learn(1, [1, 0])
      if (n === 115) expect(weights()[1]).toEqual([0.5, 0.5])
    }
    expect(weights()[1]).toEqual([0.25, 0.75])
  })

  it('doubts that something beats the last value where the one seemed as good as the other', () => {
    // By turns the one and the other is better, for as long as forecasts overlap, and the last turn is the other's: R ≈ ∓ 4, and √(23 Q) ≈ 40.
    const lead = 36
    const shareOfLast = (persistence: number) => {
      const { mixture, numbers, weights } = newMixture('squared', [lead], [0, 0], persistence)
      for (let n = 0; n < 101 * lead; n++) {
        const said = Math.floor(n / lead) % 2 === 0 ? [1.1, 0.9] : [0.9, 1.1]
        mixture.learn(numbers, 0, 0, 1, 1, n + 1, Float64Array.from(said), 0)
      }
      return weights()[0][0]
    }
    // Without the doubt it has only what equal weights, the knot before's, leave it: half of 5 × 35 in 3636 + 5 × 35.
    expect(shareOfLast(-1)).toBeCloseTo((0.5 * 175) / (3636 + 175), 9)
    expect(shareOfLast(0)).toBeGreaterThan(0.6)
  })

  it('forgets over 5,000 outcomes at lead 1', () => {
    // R = 5000/e and 5000 (1 − 1/e), Q = 2500/e² and 2500 (1 − 1/e²).
    const first = 2 * Math.E
    const second = 2 / (1 + 1 / Math.E)
    expect(takeTurns(60_000, 5000)[0]).toBeCloseTo(first / (first + second), 3)
  })
})
