import { describe, expect, it } from 'vitest'
import { calendarSeason, defaultGapMax, defaultTtlMs } from '#shared/configuration/pipeline-settings'

const day = 86_400_000

describe('calendarSeason', () => {
  it.each([
    // By hand: samples in a day, days in a week, weeks, months or quarters in a year.
    ['a second, of which a day has too many', 1000, null],
    ['a minute', 60_000, 1440],
    ['an hour', 3_600_000, 24],
    ['7 hours', 7 * 3_600_000, 3],
    ['a day', day, 7],
    ['a week', 7 * day, 52],
    ['a month', 30.4375 * day, 12],
    ['a quarter', 91.3125 * day, 4],
    ['18 hours', 18 * 3_600_000, null],
    ['5 days', 5 * day, null],
    ['a year', 365.25 * day, null],
  ])('of a cadence of %s', (_, cadenceMs, season) => expect(calendarSeason(cadenceMs)).toBe(season))
})

it('steps over gaps of a season, and never of less than 24 samples', () => {
  expect([defaultGapMax(96), defaultGapMax(7)]).toEqual([96, 24])
})

it('keeps an idle series 90 days, or 1,000 samples where that is longer', () => {
  expect([defaultTtlMs(3_600_000), defaultTtlMs(day)]).toEqual([90 * day, 1000 * day])
})
