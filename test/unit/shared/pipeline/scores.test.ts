import { describe, expect, it } from 'vitest'
import { assembleWire } from '#shared/composition/pipeline-parts'
import { forecastMessage } from '#shared/contracts/forecast'
import { scoreMessage } from '#shared/contracts/score'
import { HOUR, LineDriver, noise, START } from './line-driver.js'

const SAMPLES = 420
const H = 24
const wave = (i: number) => 10 * Math.sin((2 * Math.PI * i) / 24) + 3 * noise(1, i)
/** And the origin from which on it is known whether the series has bounds. */
const SERIES: readonly (readonly [string, (i: number) => number, number])[] = [
  ['of a series without bounds', (i) => 50 + wave(i), 0],
  // Its fan is cut off at 0 from the second night on.
  ['of a counter that is 0 every night', (i) => Math.max(0, wave(i)), 48],
]

describe('the scores of a live stream', () => {
  it.each(SERIES)(
    '%s are what its published forecasts, its readings and the definitions give, at every knot',
    (_, value, settled) => {
      const driver = new LineDriver({ cadenceMs: HOUR, season: 24, horizon: H, hidden: 8 }, true)
      const wire = assembleWire(driver.settings, driver.line)
      const text = new TextDecoder()
      const forecasts = new Map<number, ReturnType<typeof forecastMessage.parse>>()
      const scored = new Map<number, number>()
      for (let i = 0; i < SAMPLES; i++) {
        const outcome = driver.read('a', i, value(i))
        for (const forecast of outcome.forecasts) {
          forecasts.set(i, forecastMessage.parse(JSON.parse(text.decode(wire.forecast(0, forecast).value!))))
        }
        for (const score of outcome.scores) {
          const said = scoreMessage.parse(JSON.parse(text.decode(wire.score(0, score).value!)))
          expect(Date.parse(said.target.time)).toBe(START + i * HOUR)
          said.leads.forEach((lead, k) => {
            scored.set(lead, (scored.get(lead) ?? 0) + 1)
            const { yhat, levels, quantiles } = forecasts.get(i - lead)!
            const actual = value(i)
            const quantile = (level: number) => quantiles[levels.indexOf(level)]![lead - 1]!
            // Messages have six digits, and no value or quantile here has more than two before the point.
            const near = (found: number | null, expected: number) =>
              expect(Math.abs(found! - expected), `${i}, lead ${lead}`).toBeLessThan(5e-4)
            near(said.yhat[k]!, yhat[lead - 1]!)
            near(said.median[k]!, quantile(0.5))
            // Pinball score: τ (y − q) from the quantile up, (1 − τ)(q − y) below it; twice its mean.
            const pinballs = levels.map((level) => {
              const above = actual - quantile(level)
              return above >= 0 ? level * above : (level - 1) * above
            })
            if (i - lead >= settled)
              near(said.crps[k]!, (2 * pinballs.reduce((sum, one) => sum + one, 0)) / levels.length)
            for (const [band, low, high] of [
              ['0.5', 0.25, 0.75],
              ['0.8', 0.1, 0.9],
              ['0.95', 0.025, 0.975],
            ] as const) {
              const [from, to] = [quantile(low), quantile(high)]
              // What lies on an end to six digits may be on either side of it.
              if (Math.min(Math.abs(actual - from), Math.abs(actual - to)) < 1e-3) continue
              expect(said.covered[band]![k], `${i}, lead ${lead}, ${band}`).toBe(
                actual > from && actual < to ? 1 : 0,
              )
            }
            if (lead <= 12) near(said.experts.persistence![k]!, Math.abs(actual - value(i - lead)))
            if (i - lead > 48) near(said.experts.seasonal![k]!, Math.abs(actual - value(i - 24)))
            // The seasonal naive is last week's value, yesterday's before 168 readings were there at the origin.
            if (i - lead >= 24)
              near(said.naive[k]!, Math.abs(actual - value(i - (i - lead + 1 >= 168 ? 168 : 24))))
          })
        }
      }
      // The first forecast is made after the second reading: each that came to an outcome is scored, at each knot.
      for (const [lead, count] of scored) expect(count).toBe(SAMPLES - 1 - lead)
      expect([...scored.keys()].sort((a, b) => a - b)).toEqual([1, 2, 4, 7, 11, 16, 20])
    },
  )
})
