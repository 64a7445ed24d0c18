import { describe, expect, it } from 'vitest'
import { HeadGain } from '#shared/experts/head-gain'
import { knotsFor } from '#shared/forecast/knots'
import { StateLayout } from '#shared/series-state/state-layout'
import { parkMiller } from '../../../reference/recurrent/park-miller.js'

/** Knots at 1, 2, 4 and 7. */
const knots = knotsFor(8, 24)

function gainOf() {
  const layout = new StateLayout()
  const gain = new HeadGain(layout, knots)
  return { gain, numbers: new Float64Array(layout.size) }
}

describe('the gain of the head over the autoregression', () => {
  it('is 1 before anything was seen, at every lead', () => {
    const { gain, numbers } = gainOf()
    for (let h = 0; h < 8; h++) expect(gain.of(numbers, h)).toBeCloseTo(1, 15)
  })

  // By hand: after one forecast that was moved by 20 the wrong way by half of it, (400 − 200) / (400 + 400) = 0.25.
  it('is the least-squares one, with 400 moves by a spread that were right', () => {
    const { gain, numbers } = gainOf()
    gain.learn(numbers, 0, 20, -10)
    expect(gain.of(numbers, 0)).toBeCloseTo(0.25, 12)
    expect(gain.of(numbers, 1)).toBe(1)
  })

  // By hand: lead 3 lies at log(3/2) / log(4/2) = 0.585 between the knots at 2 and 4.
  it('lies between two knots as the logarithm of the lead does', () => {
    const { gain, numbers } = gainOf()
    gain.learn(numbers, 1, 20, -20)
    expect(gain.of(numbers, 1)).toBe(0)
    expect(gain.of(numbers, 2)).toBeCloseTo(0.585, 3)
  })

  it('stays within 0 and 1', () => {
    const { gain, numbers } = gainOf()
    gain.learn(numbers, 0, 1, 1e6)
    expect(gain.of(numbers, 0)).toBe(1)
    gain.learn(numbers, 0, 1, -1e7)
    expect(gain.of(numbers, 0)).toBe(0)
  })

  // A head that moves forecasts by independent noise of which 30 % is right: 0.3 minimises the expected squared error.
  it('finds the share of a move that is right', () => {
    const { gain, numbers } = gainOf()
    const uniform = parkMiller(3)
    for (let i = 0; i < 100_000; i++) {
      const moved = 6 * (uniform() - 0.5)
      gain.learn(numbers, 3, moved, 0.3 * moved + 2 * (uniform() - 0.5))
    }
    // The prior weighs 400 against 5,000 squares of mean 3: (0.3 × 15,000 + 400) / 15,400 = 0.318.
    expect(gain.of(numbers, 6)).toBeCloseTo(0.318, 1)
  })
})
