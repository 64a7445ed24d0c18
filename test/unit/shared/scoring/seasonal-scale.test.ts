import { describe, expect, it } from 'vitest'
import { SeasonalScale } from '#shared/scoring/seasonal-scale'

const season = { main: 2, week: 14, bins: 2 }

function scaleOf(values: readonly number[], of = season): number {
  const scale = new SeasonalScale(of)
  for (const [t, value] of values.entries()) scale.take(value, (period) => values[t - period] ?? Number.NaN)
  return scale.value
}

// Expected: worked out by hand.
describe('the scale of MASE', () => {
  it('is the mean absolute change over the main season while no week has passed', () => {
    expect(scaleOf([1, 5])).toBeNaN()
    expect(scaleOf([1, 5, 2])).toBe(1)
    expect(scaleOf([1, 5, 2, 8])).toBe(2)
  })

  it('is that over a week as soon as there is one', () => {
    const values = Array.from({ length: 14 }, (_, t) => t)
    expect(scaleOf(values)).toBe(2)
    expect(scaleOf([...values, 7])).toBe(7)
    expect(scaleOf([...values, 7, 4])).toBe(5)
  })

  it('needs no week', () => {
    expect(scaleOf([1, 4, 2], { main: 1, week: 0, bins: 1 })).toBe(2.5)
  })
})
