import { expect, test } from 'vitest'
import { scanForecast, scanScores } from '#services/gateway/scan-forecast'
import { madeUpForecast } from './made-up-forecasts.js'

const bytesOf = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const hour = Date.UTC(2001, 0, 1, 5)

test('reads origin, first lead, anomaly and weights version', () => {
  // By hand: median 40 + lead, standard deviation 2, so lead 1 has 41 and 41 -+ 1.2816 * 2.
  const message = madeUpForecast({
    series: 'ATL',
    originMs: hour,
    value: 40.5,
    median: (lead) => 40 + lead,
    spread: () => 2,
    anomaly: true,
    version: 12,
  })
  expect(scanForecast(bytesOf(message))).toEqual({
    timeMs: hour,
    value: 40.5,
    cadenceMs: 3_600_000,
    median: 41,
    lower: 38.4368,
    upper: 43.5632,
    anomaly: true,
    weightsVersion: 12,
  })
})

test('is not misled by a series name that looks like the message', () => {
  const series = '","origin":{"time":"1999-01-01T00:00:00Z","value":7},"quantiles":[[9]],"flag":true'
  const glance = scanForecast(bytesOf(madeUpForecast({ series, originMs: hour, value: 3, spread: () => 0 })))
  expect(glance).toMatchObject({ timeMs: hour, value: 3, median: 3, anomaly: false })
})

test('reads a message with other spacing, order and levels', () => {
  const message = madeUpForecast({ series: 'a', originMs: hour, value: 3, spread: () => 0 })
  const spaced = scanForecast(bytesOf(JSON.stringify(message, null, 2)))
  const turned = scanForecast(bytesOf(Object.fromEntries(Object.entries(message).reverse())))
  expect(spaced).toEqual(scanForecast(bytesOf(message)))
  expect(turned).toEqual(spaced)
  const fewer = { ...message, levels: [0.25, 0.5, 0.75], quantiles: message.quantiles.slice(2, 5) }
  expect(scanForecast(bytesOf(fewer))).toMatchObject({ median: 3, lower: Number.NaN, upper: Number.NaN })
})

test('refuses what is no forecast message', () => {
  for (const text of ['', 'null', '{"origin":{"time":"soon"}}', '{"schema":"foretide.score/1"}', '\u0000']) {
    expect(scanForecast(bytesOf(text))).toBeNull()
  }
})

test('averages skill and coverage over the leads that have been scored', () => {
  // By hand: (0.3 + 0.1) / 2 and (0.8 + 0.9) / 2.
  const message = madeUpForecast({
    series: 'a',
    originMs: hour,
    value: 3,
    skill: [0.3, 0.1, null],
    coverage80: [0.8, 0.9, null],
  })
  expect(scanScores(bytesOf(message))).toEqual({ skill: 0.2, coverage80: 0.85 })
  const unscored = {
    ...message,
    skill: [null, null, null],
    coverage: { ...message.coverage, '0.8': [null, null] },
  }
  expect(scanScores(bytesOf(unscored))).toEqual({ skill: null, coverage80: null })
})
