import { describe, expect, it } from 'vitest'
import { SampleEncoder } from '#shared/encoding/sample-encoder'
import type { ExpertView } from '#shared/experts/expert'
import { LogSeasonal } from '#shared/experts/log-seasonal'
import { SeasonalDrift } from '#shared/experts/seasonal-drift'
import { isSlow, seasonOf } from '#shared/series/season'
import { StateLayout } from '#shared/series-state/state-layout'

const DAY = 86_400_000
const S = 4
const H = 9

/** The two experts after these values, one per month; the regression has learned nothing, so that it says its anchors. */
function sayAll(values: readonly number[]) {
  const layout = new StateLayout()
  const season = seasonOf(S, 30 * DAY)
  const encoder = new SampleEncoder(layout, season, H)
  const drift = new SeasonalDrift(encoder.history, S, H)
  const logSeasonal = new LogSeasonal(layout, encoder, drift, S, H)
  const numbers = new Float64Array(layout.size)
  const features = new Float32Array(encoder.features)
  const row = new Float32Array(logSeasonal.features)
  const logRegressed = new Float32Array(H)
  for (const [index, value] of values.entries()) {
    encoder.encode(numbers, index, value, true, 0, features, 0)
    logSeasonal.learn(numbers, index, true)
    logSeasonal.write(numbers, index, row, 0, logRegressed, 0)
  }
  const index = values.length - 1
  const nothing = new Float32Array(H)
  const view: ExpertView = {
    ...{ numbers, index, value: values[index]!, samples: values.length },
    ...{ dayAhead: new Float64Array(H + 1), ahead: new Float64Array(H + 1), aheadAt: 0 },
    ...{
      leadsAt: 0,
      head: nothing,
      regressed: nothing,
      readOut: nothing,
      fastReadOut: nothing,
      logRegressed,
    },
  }
  const say = (expert: SeasonalDrift | LogSeasonal) => {
    const out = new Float64Array(H)
    expert.forecast(view, out, 0)
    return [...out]
  }
  return { drift: say(drift), logSeasonal: say(logSeasonal), ready: logSeasonal.ready(numbers) }
}

// By hand: y[t + h − kS] + k (y[t] − y[t − S]).
describe('the experts for slow series', () => {
  it('seasonal-drift moves the last season on by what was gained on it, and again beyond a season', () => {
    const { drift } = sayAll([1, 2, 3, 4, 11, 12, 13, 14])
    expect(drift).toEqual([21, 22, 23, 24, 31, 32, 33, 34, 41])
  })

  it('log-seasonal forecasts a season that grows by a share of itself without an error', () => {
    const shape = [1, 3, 2, 7]
    const values = Array.from({ length: 24 }, (_, t) => shape[t % S]! * 1.1 ** Math.floor(t / S))
    const { logSeasonal, ready } = sayAll(values)
    expect(ready).toBe(true)
    logSeasonal.forEach((value, h) => {
      const t = 24 + h
      expect(value / (shape[t % S]! * 1.1 ** Math.floor(t / S))).toBeCloseTo(1, 5)
    })
  })

  it('log-seasonal says what seasonal-drift says of a series that is not positive, and learns nothing', () => {
    const { drift, logSeasonal, ready } = sayAll(Array.from({ length: 40 }, (_, t) => (t % S) - 1 + t / 10))
    expect(logSeasonal).toEqual(drift)
    expect(ready).toBe(false)
  })

  it('join where a reading comes once a day or less often and the season has at most a dozen', () => {
    expect(isSlow(seasonOf(12, 30 * DAY), 30 * DAY)).toBe(true)
    expect(isSlow(seasonOf(7, DAY), DAY)).toBe(true)
    expect(isSlow(seasonOf(52, 7 * DAY), 7 * DAY)).toBe(false)
    expect(isSlow(seasonOf(1, DAY), DAY)).toBe(false)
    expect(isSlow(seasonOf(24, DAY / 24), DAY / 24)).toBe(false)
  })
})
