import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { naivePeriod, phaseOf, seasonOf } from '#shared/series/season'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000

// Expected values by hand from the rule: a week where the main period is a day, bins of the hour of the day.
describe('seasonOf', () => {
  it.each([
    ['hourly readings', 24, HOUR, { main: 24, week: 168, bins: 24 }],
    ['six-hourly readings', 4, 6 * HOUR, { main: 4, week: 28, bins: 4 }],
    [
      'five-minute readings, the finest that keep a week',
      288,
      5 * MINUTE,
      { main: 288, week: 2016, bins: 24 },
    ],
    ['minutes: a day without a week', 1440, MINUTE, { main: 1440, week: 0, bins: 24 }],
    ['daily readings with a week as main period', 7, DAY, { main: 7, week: 0, bins: 7 }],
    ['monthly readings', 12, 30 * DAY, { main: 12, week: 0, bins: 12 }],
    ['a main period that is no day', 100, HOUR, { main: 100, week: 0, bins: 1 }],
    ['a main period too long to keep', 86_400, 1000, { main: 1, week: 0, bins: 1 }],
    ['no season', 1, HOUR, { main: 1, week: 0, bins: 1 }],
  ])('gives %s their periods', (_, main, cadenceMs, expected) => {
    expect(seasonOf(main, cadenceMs)).toEqual(expected)
  })

  it('compares with the week where there is one, else with the main period', () => {
    expect(naivePeriod(seasonOf(24, HOUR))).toBe(168)
    expect(naivePeriod(seasonOf(12, 30 * DAY))).toBe(12)
  })
})

describe('phaseOf', () => {
  it('counts on through 1970: neighbouring cells have neighbouring phases', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 2016 }), (index, period) => {
        const phase = phaseOf(index, period)
        expect(phase).toBeGreaterThanOrEqual(0)
        expect(phase).toBeLessThan(period)
        expect(phaseOf(index + 1, period)).toBeCloseTo((phase + 1) % period, 9)
        expect(phaseOf(index + period, period)).toBeCloseTo(phase, 9)
      }),
    )
  })

  it('knows indices of more than 32 bits, and longer periods; no phase is −0', () => {
    // 2^40 = 8 · 2^37, and 2^37 leaves 2 when it is divided by 3: 16 of 24.
    expect(phaseOf(2 ** 40 + 5, 24)).toBe(21)
    expect(phaseOf(-(2 ** 40), 24)).toBe(8)
    expect(phaseOf(-1, 2 ** 40)).toBe(2 ** 40 - 1)
    expect(phaseOf(-24, 24)).toBe(0)
    expect(phaseOf(-0, 24)).toBe(0)
  })
})
