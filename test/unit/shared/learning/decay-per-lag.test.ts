import { describe, expect, it } from 'vitest'
import { decayPerLag } from '#shared/learning/decay-per-lag'

describe('decayPerLag', () => {
  // By hand: a geometric row lies on the line whose slope is the logarithm of its factor.
  it('is the factor of norms that change by a factor, whatever lag 0 is', () => {
    expect(decayPerLag([99, 8, 4, 2, 1])).toBeCloseTo(0.5, 12)
    expect(decayPerLag([0, 1, 1.1, 1.21])).toBeCloseTo(1.1, 12)
    expect(decayPerLag([1, 3, 3, 3])).toBeCloseTo(1, 12)
  })

  // By hand: logarithms to base 2 of 0, 1 and 0 above lags 1, 2, 3 have a level line.
  it('is the least squares line where norms do not lie on one', () => {
    expect(decayPerLag([5, 1, 2, 1])).toBeCloseTo(1, 12)
  })

  it('is 0 where the gradient ends at once, and looks no further than the first zero', () => {
    expect(decayPerLag([1, 0, 0, 0])).toBe(0)
    expect(decayPerLag([1, 0.5, 0, 0])).toBe(0)
    expect(decayPerLag([1, 0.5, 0.25, 0, 7])).toBeCloseTo(0.5, 12)
  })
})
