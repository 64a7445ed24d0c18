import { describe, expect, it } from 'vitest'
import { CalibrationTally } from '#services/backtester/report/calibration-tally'
import { PublishedLevels } from '#shared/forecast/quantile-levels'
import { outcomeOf } from './made-up-outcomes.js'

const HOUR = 3_600_000
/** At the levels 0.025, 0.1, 0.25, 0.5, 0.75, 0.9 and 0.975. */
const FAN = [0, 1, 2, 3, 4, 5, 6]

describe('CalibrationTally', () => {
  it('puts each outcome between the quantiles that it lies between', () => {
    const tally = new CalibrationTally(1, HOUR, new PublishedLevels())
    for (const value of [-1, 0.5, 3.5, 7]) tally.take(outcomeOf({ value, quantiles: FAN }))
    const { pit, coverageByLead } = tally.result()
    expect(pit).toEqual([0.25, 0.25, 0, 0, 0.25, 0, 0, 0.25])
    // The bands are 2 to 4, 1 to 5 and 0 to 6.
    expect(coverageByLead).toEqual([[0.25], [0.25], [0.5]])
  })

  it('spreads an outcome that equals several quantiles over the probabilities that it stands for', () => {
    const tally = new CalibrationTally(1, HOUR, new PublishedLevels())
    // Zero is the quantile of 0.025 to 0.75: a mass of 0.725, of which 0.075 lie below 0.1 and so on.
    tally.take(outcomeOf({ value: 0, quantiles: [0, 0, 0, 0, 0, 5, 6] }))
    const { pit } = tally.result()
    const expected = [0, 0.075, 0.15, 0.25, 0.25, 0, 0, 0].map((mass) => mass / 0.725)
    pit.forEach((mass, bin) => {
      expect(mass).toBeCloseTo(expected[bin]!, 12)
    })
  })

  it('holds no probability wrong of a forecast without a spread that came true, to what rounding leaves', () => {
    const tally = new CalibrationTally(1, HOUR, new PublishedLevels())
    const asGood = 5 + 1e-12
    for (const quantile of [5, asGood]) {
      tally.take(outcomeOf({ value: 5, quantiles: [5, 5, 5, 5, 5, 5, quantile] }))
    }
    expect(tally.result().hit).toBe(1)
    const widths = [0.025, 0.075, 0.15, 0.25, 0.25, 0.15, 0.075, 0.025]
    tally.result().pit.forEach((mass, bin) => {
      expect(mass).toBeCloseTo(widths[bin]!, 12)
    })
    // Where a series never moved, what is left of the bands' width from its beginning is none.
    const still = (value: number, quantile: number) => ({
      ...outcomeOf({ value, quantiles: [value, value, value, value, value, value, quantile] }),
      scale: 0,
    })
    tally.take(still(0, 1e-14))
    tally.take(still(123_456, 123_456.000_001))
    expect(tally.result().hit).toBe(1)
    // A spread, however small, that can be read beside how the series moves (its scale is 1), has probabilities.
    tally.take(outcomeOf({ value: 5, quantiles: [4.99, 5, 5, 5, 5, 5, 5] }))
    tally.take(outcomeOf({ value: 9, quantiles: [5, 5, 5, 5, 5, 5, 5] }))
    expect(tally.result().hit).toBe(4 / 6)
  })

  it('knows no share of a lead that no outcome came of', () => {
    const tally = new CalibrationTally(2, HOUR, new PublishedLevels())
    const quantiles = FAN.flatMap((quantile) => [quantile, quantile])
    tally.take(outcomeOf({ value: 9, quantiles, lead: 1, horizon: 2 }))
    expect(tally.result().coverageByLead).toEqual([0, 0, 0].map((share) => [share, null]))
  })

  it('keeps the hours of the day apart, by the time of the outcome', () => {
    const tally = new CalibrationTally(2, HOUR, new PublishedLevels())
    const originMs = Date.UTC(2026, 0, 5, 22)
    const quantiles = FAN.flatMap((quantile) => [quantile, quantile])
    tally.take(outcomeOf({ value: 3, quantiles, originMs, lead: 1, horizon: 2 }))
    tally.take(outcomeOf({ value: 9, quantiles, originMs, lead: 2, horizon: 2 }))
    const { coverageByHour } = tally.result()
    expect([coverageByHour[23], coverageByHour[0], coverageByHour[1]]).toEqual([1, 0, null])
  })
})
