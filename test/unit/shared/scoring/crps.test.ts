import { describe, expect, it } from 'vitest'
import { LEVELS } from '#shared/forecast/quantile-levels'
import { crpsOfBands, pinball } from '#shared/scoring/crps'
import { readLineReference } from '../../../reference/line/line-reference.js'

describe('pinball', () => {
  it('weighs what lies above the quantile by its level and what lies below by the rest', () => {
    // By hand.
    expect(pinball(0.9, 10, 12)).toBeCloseTo(1.8, 12)
    expect(pinball(0.9, 10, 8)).toBeCloseTo(0.2, 12)
    expect(pinball(0.5, 10, 8)).toBe(1)
    expect(pinball(0.1, 10, 10)).toBe(0)
  })
})

describe('crpsOfBands', () => {
  it('is twice the mean pinball score over the published levels', () => {
    // Expected: test/reference/line/make_line_reference.py, crps.
    for (const { median, halfWidths, outcome, crps } of readLineReference().crps) {
      expect(crpsOfBands(median, [9, ...halfWidths], 1, outcome)).toBeCloseTo(crps, 12)
    }
  })

  it('is the absolute error of a forecast without width, and 0 when it hits', () => {
    // By hand: each level and its mirror add up to |y − median|; the middle one to half of it, twice.
    expect(crpsOfBands(5, [0, 0, 0], 0, 5)).toBe(0)
    expect(crpsOfBands(5, [0, 0, 0], 0, 8)).toBeCloseTo(3, 12)
    expect(crpsOfBands(5, [0, 0, 0], 0, 1)).toBeCloseTo(4, 12)
    expect(LEVELS.length).toBe(7)
  })
})
