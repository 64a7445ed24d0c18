import { describe, expect, it } from 'vitest'
import { SeasonalProfile } from '#shared/encoding/seasonal-profile'
import { seasonOf } from '#shared/series/season'
import { StateLayout } from '#shared/series-state/state-layout'
import { readLineReference } from '../../../reference/line/line-reference.js'

function newProfile(main: number, cadenceMs: number) {
  const layout = new StateLayout()
  const profile = new SeasonalProfile(layout, seasonOf(main, cadenceMs))
  return { profile, numbers: new Float64Array(layout.size) }
}

const DAY = 86_400_000

describe('SeasonalProfile', () => {
  it('learns level, day, week and the weight of the week', () => {
    // Expected: test/reference/line/make_line_reference.py, season_profile.
    const { main, week, first, values, checks } = readLineReference().seasonProfile
    expect(week).toBe(7 * main)
    const { profile, numbers } = newProfile(main, DAY / main)
    let checked = 0
    values.forEach((value, i) => {
      profile.learn(numbers, first + i, value)
      const expected = checks.find(({ after }) => after === i + 1)
      if (!expected) return
      checked++
      expect(profile.level(numbers)).toBeCloseTo(expected.level, 9)
      expect(profile.weekWeight(numbers)).toBeCloseTo(expected.omega, 9)
      expected.deviations.forEach((deviation, lead) => {
        expect(profile.deviation(numbers, first + i + lead), `lead ${lead}`).toBeCloseTo(deviation, 9)
      })
    })
    expect(checked).toBe(checks.length)
    // The set has quiet weekends: a weight that stayed at 0 would leave the week untested.
    expect(checks.at(-1)?.omega).toBeGreaterThan(0.1)
  })

  it('believes no week in the first one, and never more than the whole of it', () => {
    const { profile, numbers } = newProfile(4, DAY / 4)
    for (let index = 0; index < 28; index++) {
      profile.learn(numbers, index, index % 28 < 20 ? 10 : 50)
      expect(profile.weekWeight(numbers)).toBe(0)
    }
    for (let index = 28; index < 600; index++) {
      profile.learn(numbers, index, (index % 28 < 20 ? 10 : 50) * (1 + index))
      expect(profile.weekWeight(numbers)).toBeGreaterThanOrEqual(0)
      expect(profile.weekWeight(numbers)).toBeLessThanOrEqual(1)
    }
  })

  it('learns how far half a season follows the day', () => {
    // Expected: test/reference/line/make_line_reference.py, season_carry.
    const { main, first, values, checks } = readLineReference().seasonCarry
    const { profile, numbers } = newProfile(main, 30 * DAY)
    expect([profile.half, profile.carry(numbers)]).toEqual([3, 1])
    const carries: number[] = []
    values.forEach((value, i) => {
      profile.learnCarry(numbers, first + i, value - values[Math.max(0, i - profile.half)]!)
      profile.learn(numbers, first + i, value)
      if (checks.some(({ after }) => after === i + 1)) carries.push(profile.carry(numbers))
    })
    expect(carries).toHaveLength(checks.length)
    checks.forEach(({ carry }, i) => void expect(carries[i]).toBeCloseTo(carry, 9))
    // Neither bound is all that is compared.
    expect(carries.filter((carry) => carry > 0.05 && carry < 0.95).length).toBeGreaterThan(2)
  })

  it('comes to expect a repeating day', () => {
    // By hand: a level over 7 × 12 values moves by at most the range, 8, over 84 within the day, so 0.1.
    const { profile, numbers } = newProfile(12, 30 * DAY)
    const day = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    for (let index = 0; index < 120 * 12; index++) profile.learn(numbers, index, day[index % 12])
    day.forEach((value, phase) => {
      const expected = profile.level(numbers) + profile.deviation(numbers, 120 * 12 + phase)
      expect(Math.abs(expected - value)).toBeLessThan(0.1)
    })
  })
})
