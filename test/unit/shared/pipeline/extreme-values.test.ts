import { describe, expect, it } from 'vitest'
import { assembleWire } from '#shared/composition/pipeline-parts'
import { HOUR, LineDriver, noise, numbersOf } from './line-driver.js'

const SAMPLES = 600
const daily = (i: number) => 50 + 10 * Math.sin((2 * Math.PI * i) / 24) + noise(1, i)
const alternating = (i: number) => (i % 2 === 0 ? 1 : -1)

/** What was read, and the median one step ahead after each reading but the first. */
function forecastOneAhead(of: (i: number) => number, season: number) {
  const driver = new LineDriver({ cadenceMs: HOUR, season, horizon: 24, hidden: 16 }, true)
  const wire = assembleWire(driver.settings, driver.line)
  const values = Array.from({ length: SAMPLES }, (_, i) => of(i))
  const forecasts = driver.readAll('a', values)
  for (const forecast of forecasts) {
    expect(numbersOf(forecast).every(Number.isFinite)).toBe(true)
    // JSON writes null for what is no number.
    const message = JSON.parse(new TextDecoder().decode(wire.forecast(0, forecast).value!)) as {
      readonly yhat: readonly unknown[]
      readonly quantiles: readonly (readonly unknown[])[]
    }
    expect([...message.yhat, ...message.quantiles.flat()].every(Number.isFinite)).toBe(true)
  }
  return { values, medians: forecasts.map(({ quantiles }) => quantiles[3 * 24]!) }
}

/** Mean absolute error of the last half over persistence's. */
function overPersistence({ values, medians }: ReturnType<typeof forecastOneAhead>): number {
  let [own, last] = [0, 0]
  for (let i = SAMPLES / 2; i < SAMPLES; i++) {
    own += Math.abs(values[i]! - medians[i - 2]!)
    last += Math.abs(values[i]! - values[i - 1]!)
  }
  return own / last
}

describe.each([1, 24])('a series at the ends of what 32 bits hold, of a season of %d', (season) => {
  it.each([
    ['1e-20 small', (i: number) => 1e-20 * daily(i)],
    ['below the least normal number of 32 bits', (i: number) => 1e-39 * daily(i)],
    ['1e15 away from 0', (i: number) => 1e15 + daily(i)],
    ['1e36 large', (i: number) => 5.5e36 * daily(i)],
    ['at both ends by turns', (i: number) => 3.4e38 * alternating(i)],
    ['noise between both ends', (i: number) => 3.4e38 * noise(3, i)],
    ['of all sizes', (i: number) => [1e-300, 1, 3e38, -3e38, 1e15][i % 5]! * (1 + noise(2, i) / 10)],
  ] as const)('is forecast no worse than by its last value: %s', (_, of) => {
    expect(overPersistence(forecastOneAhead(of, season))).toBeLessThan(1.03)
  })

  it.each([1e-150, 1e-30, 1e-12, 1e36])(
    'is forecast in a unit that makes it %d times as large as in any other',
    (unit) => {
      const alone = forecastOneAhead(daily, season).medians
      const { medians } = forecastOneAhead((i) => unit * daily(i), season)
      // Rows and regressions have 32 bits: 2^-24 of a size of 60.
      medians.forEach((median, i) => {
        expect(Math.abs(median / unit - alone[i]!)).toBeLessThan(60 * 2 ** -24)
      })
    },
  )

  it('of zeros that ends in readings far below what stood in for its scale is forecast by them', () => {
    const zeros = season + 40
    const of = (i: number) => (i < zeros ? 0 : 1e-12 * daily(i))
    expect(overPersistence(forecastOneAhead(of, season))).toBeLessThan(0.5)
  })

  it('is forecast within a range of its own where its differences are too small to be squared', () => {
    const { values, medians } = forecastOneAhead((i) => 1e-300 * daily(i), season)
    const [low, high] = [Math.min(...values), Math.max(...values)]
    expect(Math.min(...medians)).toBeGreaterThan(low - (high - low))
    expect(Math.max(...medians)).toBeLessThan(high + (high - low))
  })

  it('that leaves them is left out, reading by reading, with a reason', () => {
    const driver = new LineDriver({ cadenceMs: HOUR, season })
    for (const value of [1.7e308, -3.5e38]) {
      const { forecasts, deadLetters } = driver.read('a', 0, value)
      expect(forecasts).toEqual([])
      expect(deadLetters.map(({ reason }) => reason)).toEqual(['non-finite'])
    }
  })
})
