import { expect, it } from 'vitest'
import { shareInBand } from '#services/backtester/report/share-in-band'
import { outcomeOf } from './made-up-outcomes.js'

/** At the levels 0.025, 0.1, 0.25, 0.5, 0.75, 0.9 and 0.975: the 80 % band is 1 to 5. */
const FAN = [0, 1, 2, 3, 4, 5, 6]

it('tells how far an outcome lies above the median, in half widths of the 80 % band', () => {
  expect(shareInBand(outcomeOf({ value: 4, quantiles: FAN }))).toEqual({ inside: true, bias: 0.5 })
  expect(shareInBand(outcomeOf({ value: 0, quantiles: FAN }))).toEqual({ inside: false, bias: -1.5 })
})

it('lets no band of hardly any width decide a mean, and one of none say nothing', () => {
  const hairline = FAN.map((quantile) => 5 + (quantile - 3) * 1e-12)
  expect(shareInBand(outcomeOf({ value: 40, quantiles: hairline })).bias).toBe(10)
  expect(shareInBand(outcomeOf({ value: -40, quantiles: hairline })).bias).toBe(-10)
  expect(shareInBand(outcomeOf({ value: 40, quantiles: FAN.map(() => 5) }))).toEqual({
    inside: false,
    bias: 0,
  })
})
