import { describe, expect, it } from 'vitest'
import type { Forecast } from '#shared/forecast/forecast'
import { HOUR, LineDriver, noise, numbersOf } from './line-driver.js'

const H = 24
const hourly = { cadenceMs: HOUR, season: 24, horizon: H, hidden: 16 }

/** A day with noise between −1 and 1. */
const daily = (i: number) => 50 + 10 * Math.sin((2 * Math.PI * i) / 24) + noise(1, i)
const series = (length: number, of: (i: number) => number = daily) => Array.from({ length }, (_, i) => of(i))

const forecastAll = (values: readonly number[], settings = {}) =>
  new LineDriver({ ...hourly, ...settings }).readAll('a', values)

/** The forecast issued after sample i: the first sample has none. */
const issuedAfter = (forecasts: readonly Forecast[], i: number) => forecasts[i - 1]
const quantile = (forecast: Forecast, q: number, lead: number) => forecast.quantiles[q * H + lead - 1]
const median = (forecast: Forecast, lead: number) => quantile(forecast, 3, lead)
const halfWidth95 = (forecast: Forecast, lead: number) => quantile(forecast, 6, lead) - median(forecast, lead)

describe('a series that never moves', () => {
  it.each([0, 7, -1e9, 1e-12, 3e38])('is forecast as it is, with no width to speak of: %d', (value) => {
    const forecasts = forecastAll(Array(600).fill(value))
    const last = issuedAfter(forecasts, 599)
    for (let lead = 1; lead <= H; lead++) {
      expect(median(last, lead)).toBe(value)
      expect(last.yhat[lead - 1]).toBe(value)
      // 1e-9 is the smallest scale, and a millionth of its size the spread, of a series that does not vary.
      expect(halfWidth95(last, lead)).toBeLessThanOrEqual(Math.max(1e-9, 1e-6 * Math.abs(value)))
    }
    expect(forecasts.every(({ anomaly, flags }) => anomaly === 0 && flags.length === 0)).toBe(true)
  })

  it('is believed within 200 samples when it moves again, on both sides in turn, however long it was stuck', () => {
    // A stuck sensor's bands shrink towards 0; clips of their size must not hide for ever that it works again.
    for (const stuck of [100, 5000]) {
      const driver = new LineDriver({ cadenceMs: 60_000, season: 1, horizon: H })
      driver.readAll('a', Array(stuck).fill(7))
      const forecasts = driver.readAll(
        'a',
        series(300, (i) => 7 + (i % 2 === 0 ? 1 : -1) * (1 + noise(3, i))),
        stuck,
      )
      expect(forecasts[199].flags, `stuck for ${stuck}`).toEqual([])
      expect(halfWidth95(forecasts[199], 1)).toBeGreaterThan(0.5)
    }
  })
})

describe('a series of any size', () => {
  it('is forecast alike in any unit', () => {
    // Property: the line knows a series only by its own scale. Powers of two keep the arithmetic exact.
    const plain = forecastAll(series(500))
    for (const unit of [2 ** -20, 2 ** 30, 2 ** 100]) {
      const scaled = forecastAll(series(500, (i) => daily(i) * unit))
      for (const i of [100, 300, 499]) {
        for (let lead = 1; lead <= H; lead++) {
          expect(median(issuedAfter(scaled, i), lead) / unit).toBeCloseTo(
            median(issuedAfter(plain, i), lead),
            6,
          )
          expect(halfWidth95(issuedAfter(scaled, i), lead) / unit).toBeCloseTo(
            halfWidth95(issuedAfter(plain, i), lead),
            6,
          )
        }
      }
    }
  })

  it('is forecast in steps of 1 around 1e9', () => {
    const day = (i: number) => 1e9 + (i % 24 < 12 ? 0 : 1)
    const last = issuedAfter(forecastAll(series(700, day)), 699)
    // By hand: the day repeats exactly, and the bands of a repeating day are narrower than its step.
    for (const lead of [1, 2, 4, 7, 11, 16, 20, 24]) {
      expect(Math.abs(median(last, lead) - day(699 + lead))).toBeLessThan(0.25)
    }
  })

  it('is forecast at 1e-12 as well as at 1', () => {
    const mean = (forecasts: readonly Forecast[], unit: number) => {
      let sum = 0
      for (let i = 400; i < 570; i++)
        sum += Math.abs(median(issuedAfter(forecasts, i), 1) / unit - daily(i + 1)) / 170
      return sum
    }
    const small = mean(forecastAll(series(600, (i) => daily(i) * 1e-12)), 1e-12)
    expect(small / mean(forecastAll(series(600)), 1)).toBeLessThan(1.1)
  })
})

describe('one wild value in a warm series', () => {
  it.each([1e3, -1e6, 3.4e38])(
    'of %d is flagged and moves no later forecast by more than the day is wide',
    (wild) => {
      const values = series(900)
      const plain = forecastAll(values)
      const hit = forecastAll(values.with(500, wild))
      expect(issuedAfter(hit, 500).flags).toContain('clipped')
      expect(issuedAfter(hit, 500).anomaly).toBeGreaterThan(2)
      expect(issuedAfter(plain, 500).anomaly).toBeLessThanOrEqual(1)
      // The clip is at four half widths of the 95 % band; no forecast may move further than that.
      const bound = 4 * halfWidth95(issuedAfter(plain, 499), 1)
      const moved = (i: number) => {
        const leads = Array.from({ length: H }, (_, h) => h + 1)
        return Math.max(
          ...leads.map((lead) =>
            Math.abs(median(issuedAfter(hit, i), lead) - median(issuedAfter(plain, i), lead)),
          ),
        )
      }
      for (let i = 500; i < 524; i++) expect(moved(i), `after ${i}`).toBeLessThan(bound)
      // A day later its place in the ring has been written over: a tenth is left, in the profile and the weights.
      for (let i = 525; i < 899; i++) expect(moved(i), `after ${i}`).toBeLessThan(bound / 4)
      expect(halfWidth95(issuedAfter(hit, 600), 1) / halfWidth95(issuedAfter(plain, 600), 1)).toBeLessThan(
        1.25,
      )
    },
  )
})

describe('a level shift', () => {
  it.each([100, -1e4, 1e9])(
    'of %d is clipped five times, believed the sixth, and forecast from there',
    (shift) => {
      const values = series(700, (i) => daily(i) + (i >= 500 ? shift : 0))
      const forecasts = forecastAll(values)
      const wrong = (i: number) => Math.abs(median(issuedAfter(forecasts, i), 1) - values[i + 1])
      for (let i = 500; i < 505; i++) expect(issuedAfter(forecasts, i).flags).toEqual(['clipped'])
      expect(issuedAfter(forecasts, 505).flags).toEqual(['level-shift'])
      // Before, it errs by the whole shift; from the sixth sample on by what it erred without a shift, and a little more for a
      // day. Noise is between −1 and 1, the day 20 high: of a shift of 1e9, a billionth is left.
      expect(wrong(499)).toBeGreaterThan(0.9 * Math.abs(shift))
      for (let i = 505; i < 699; i++) expect(wrong(i), `after ${i}`).toBeLessThan(10)
      for (let i = 560; i < 675; i++) expect(wrong(i), `after ${i}`).toBeLessThan(5)
      // Nor do the bands remember the jump, at the farthest lead either.
      for (let i = 505; i < 699; i++) expect(halfWidth95(issuedAfter(forecasts, i), H)).toBeLessThan(20)
    },
  )
})

describe('a level shift that forecasts have begun to follow before it is believed', () => {
  it.each([-30, 300, -1e4])(
    'of %d is forecast from at near and far leads, from the sixth sample on',
    (shift) => {
      const values = series(700, (i) => daily(i) + (i >= 500 ? shift : 0))
      const forecasts = forecastAll(values)
      const erring = (lead: number, from: number, to: number) => {
        let sum = 0
        for (let i = from; i < to; i++)
          sum += Math.abs(median(issuedAfter(forecasts, i), lead) - values[i + lead])
        return sum / (to - from)
      }
      expect(issuedAfter(forecasts, 505).flags).toEqual(['level-shift'])
      // How far it goes is known from one reading and one forecast, with noise in both. Were it taken from where forecasts have come to
      // by then, four clips of it would be missing, and these errors be more than fifteen times what they were.
      for (const lead of [1, 7, 12, H]) {
        expect(erring(lead, 505, 517) / erring(lead, 440, 475), `lead ${lead}`).toBeLessThan(8)
      }
    },
  )
})

describe('the range that forecasts stay in', () => {
  const QUARTER = 91 * 24 * HOUR
  const quarterly = { cadenceMs: QUARTER, season: 4, horizon: H, hidden: 8, ttlMs: 1e4 * QUARTER }

  it('lets a young series grow on: a straight line of 90 quarters is met six years ahead', () => {
    const line = (i: number) => 100 + 10 * i + (i % 4)
    const forecasts = forecastAll(series(90, line), quarterly)
    // The line rises by 240 until then, of 890 that were seen: a tenth of these would leave it 150 short.
    expect(Math.abs(median(issuedAfter(forecasts, 89), H) - line(89 + H))).toBeLessThan(75)
  })

  it('holds an old one to a tenth beyond all that it was', () => {
    // At 1,500 samples 1.5 × 24 of them are less than a tenth.
    const values = series(1500, (i) => (i < 1496 ? daily(i) : 60 + 3 * (i - 1495) ** 2))
    const [low, high] = [Math.min(...values), Math.max(...values)]
    for (const { yhat } of forecastAll(values)) {
      expect(Math.max(...yhat)).toBeLessThanOrEqual(high + 0.1 * (high - low) + 1e-9)
    }
  })
})

describe('the scale of a series', () => {
  it('is that of its days again after a level shift of a million days: nothing of the jump is left in it', () => {
    const spreadAfter = (shift: number) => {
      const driver = new LineDriver(hourly)
      driver.readAll(
        'a',
        series(1200, (i) => daily(i) + (i >= 500 ? shift : 0)),
      )
      const { numbers } = driver.partition.series.get('a')!
      return driver.line.encoder.scale.spread(numbers)
    }
    // A quarter of a percent of a range that holds the jump would be 50,000. Clips of the five samples before it was believed are left.
    expect(spreadAfter(2e7)).toBeLessThan(1.5 * Math.max(spreadAfter(0), 1e-6 * 2e7))
  })
})

describe('a series that steps from level to level', () => {
  it('is followed at once when two of its steps have lasted, and a glitch far beyond them is still clipped', () => {
    // Levels last 60 samples; the third step is at 620. The glitch is at 710, a thousand steps high.
    const level = (i: number) => (i < 500 ? 0 : Math.floor((i - 440) / 60) % 2 === 1 ? 200 : 0)
    const values = series(760, (i) => daily(i) + level(i)).with(710, 2e5)
    const forecasts = forecastAll(values)
    const wrong = (i: number) => Math.abs(median(issuedAfter(forecasts, i), 1) - values[i + 1])
    for (const step of [500, 560]) expect(issuedAfter(forecasts, step).flags).toEqual(['clipped'])
    for (const step of [620, 680]) {
      expect(issuedAfter(forecasts, step).flags).toEqual([])
      // Before the step it errs by all of it, one sample later by a tenth at most.
      expect(wrong(step - 1)).toBeGreaterThan(180)
      expect(wrong(step)).toBeLessThan(20)
    }
    expect(issuedAfter(forecasts, 710).flags).toEqual(['clipped'])
    expect(Math.abs(median(issuedAfter(forecasts, 711), 1) - values[712])).toBeLessThan(200)
  })
})

describe('the bands', () => {
  it('cover what they say of a stationary noisy series, at near and far leads', () => {
    // Property of the tracking: within 2 points of nominal; 4,000 outcomes of one series have a standard error near 1.
    const values = series(6100, (i) => daily(i) + noise(2, i) + noise(3, i))
    const forecasts = forecastAll(values)
    for (const lead of [1, 5, 7, 24]) {
      ;[0.5, 0.8, 0.95].forEach((nominal, band) => {
        let covered = 0
        for (let i = 2000; i < 6000; i++) {
          const low = quantile(issuedAfter(forecasts, i), 2 - band, lead)
          const high = quantile(issuedAfter(forecasts, i), 4 + band, lead)
          if (values[i + lead] >= low && values[i + lead] <= high) covered++
        }
        expect(Math.abs(covered / 4000 - nominal), `${nominal} at lead ${lead}`).toBeLessThan(0.02)
      })
    }
  })

  it('are honest from the second sample on: of the first day they hold about what they say', () => {
    // 95 % bands one step ahead, over 60 series that start at different hours. Measured: 91 %; experts that have nothing to
    // say yet, mixed in all the same, make it 78 %.
    let held = 0
    let all = 0
    const driver = new LineDriver(hourly)
    for (let s = 0; s < 60; s++) {
      const values = series(26, (i) => 50 + 10 * Math.sin((2 * Math.PI * (i + s)) / 24) + noise(s, i))
      const forecasts = driver.readAll(`s${s}`, values)
      for (let i = 1; i < 25; i++) {
        const [low, high] = [
          quantile(issuedAfter(forecasts, i), 0, 1),
          quantile(issuedAfter(forecasts, i), 6, 1),
        ]
        all++
        if (values[i + 1] >= low && values[i + 1] <= high) held++
      }
    }
    expect(held / all).toBeGreaterThan(0.87)
  })

  it('are around the last value until a season has been seen', () => {
    const forecasts = forecastAll(series(90, (i) => 50 + i))
    for (const i of [1, 5, 23]) {
      for (const lead of [1, 12, 24])
        expect(median(issuedAfter(forecasts, i), lead), `after ${i}`).toBeCloseTo(50 + i, 9)
    }
    expect(median(issuedAfter(forecasts, 85), 12)).not.toBeCloseTo(135, 3)
  })

  it('say nothing that is not a number while they learn', () => {
    for (const forecast of forecastAll(series(100))) {
      for (const number of numbersOf(forecast)) expect(Number.isFinite(number)).toBe(true)
    }
  })
})
