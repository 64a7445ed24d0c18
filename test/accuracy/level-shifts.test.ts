import { describe, expect, it } from 'vitest'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { HOUR, LineDriver } from '../unit/shared/pipeline/line-driver.js'

// Outside expectation: the series is the same before and after, but for its level, so that in the end it has to be forecast as well as before.

const H = 24
const SERIES = 16
const SHIFT_AT = 800
const ROWS = 920
const WINDOWS = [
  [0, 6],
  [6, 12],
  [12, 24],
  [24, 48],
  [48, 72],
] as const

/** Mean absolute error at a lead from origins in each window of samples since the shift, over that before it. */
function errorsSince(shift: number, leads: readonly number[]): number[][] {
  const random = new SeededRandom(29)
  const normal = () =>
    Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
  const driver = new LineDriver({ cadenceMs: HOUR, season: 24, gapMax: 24, horizon: H, hidden: 16 })
  const errors: ((origin: number, lead: number) => number)[] = []
  for (let s = 0; s < SERIES; s++) {
    const level = s % 2 === 0 ? shift : -shift
    const values = Array.from(
      { length: ROWS },
      (_, i) => 5 * Math.sin((2 * Math.PI * (i + s)) / 24) + normal() + (i < SHIFT_AT ? 0 : level),
    )
    const forecasts = driver.readAll(`s${s}`, values)
    errors.push((origin, lead) =>
      Math.abs(forecasts[origin - 1]!.quantiles[3 * H + lead - 1]! - values[origin + lead]!),
    )
  }
  const mean = (lead: number, from: number, to: number) => {
    let sum = 0
    for (const error of errors) for (let origin = from; origin < to; origin++) sum += error(origin, lead)
    return sum / (SERIES * (to - from))
  }
  return leads.map((lead) => {
    const before = mean(lead, SHIFT_AT - 120, SHIFT_AT - H - 1)
    return WINDOWS.map(([from, to]) => mean(lead, SHIFT_AT + from, SHIFT_AT + to) / before)
  })
}

describe('a level shift, in standard deviations of an hourly series’ noise', () => {
  it.for([1, 2, 3, 5, 10, 30, 100, 1000])(
    'of %d is learned: one step ahead within a day, 24 steps ahead within two',
    async (shift, { annotate }) => {
      const [near, middle, far] = errorsSince(shift, [1, 12, H])
      await annotate(
        [near, middle, far].map((row) => row!.map((error) => error.toFixed(1)).join(' ')).join(' · '),
      )
      expect(near![3], 'one step ahead, on the second day').toBeLessThan(1.5)
      for (const row of [near, middle, far]) expect(row![4], 'on the third day').toBeLessThan(1.75)
      // What the forecasts err by before they know of it shows that there is something to learn.
      if (shift >= 3) expect(far![0]).toBeGreaterThan(2)
    },
  )
})
