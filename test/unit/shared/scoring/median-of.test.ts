import { describe, expect, it } from 'vitest'
import { medianOf } from '#shared/scoring/median-of'

describe('medianOf', () => {
  it('is the middle of odd counts, and the mean of the middle two of even ones', () => {
    expect(medianOf([9, 1, 3])).toBe(3)
    expect(medianOf([10, 9, 1, 3])).toBe(6)
    expect(medianOf([])).toBeNaN()
  })
})
