import { describe, expect, it } from 'vitest'
import { NAIVE_ERROR, scored } from '#shared/forecast/score'
import { HOUR, LineDriver, noise } from './line-driver.js'

describe('the seasonal naive forecast that scores compare with', () => {
  it('says what was a week ago, and what was yesterday while no week has passed', () => {
    // A day of four cells, a week of 28.
    const driver = new LineDriver({ cadenceMs: 6 * HOUR, season: 4, horizon: 6 })
    const values = Array.from({ length: 80 }, (_, t) => 10 * noise(1, t))
    const seen = { none: 0, day: 0, week: 0 }
    for (const [target, value] of values.entries()) {
      for (const score of driver.read('a', target, value).scores) {
        for (const [k, lead] of score.leads.entries()) {
          const known = target - lead + 1
          const back = known < 4 ? 'none' : known < 28 ? 'day' : 'week'
          const period = back === 'week' ? 28 : 4
          const naive = back === 'none' ? Number.NaN : values[target - period * Math.ceil(lead / period)]!
          seen[back]++
          expect(scored(score, NAIVE_ERROR, k)).toBe(Math.abs(value - naive))
        }
      }
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(2)
  })
})
