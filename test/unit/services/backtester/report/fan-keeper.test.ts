import { describe, expect, it } from 'vitest'
import { FanKeeper } from '#services/backtester/report/fan-keeper'
import type { Forecast } from '#shared/forecast/forecast'
import { LEVELS } from '#shared/forecast/quantile-levels'

const H = 3
const forecastAt = (timeMs: number, series = 'a'): Forecast => ({
  ...{ series, originTimeMs: timeMs, value: 10 * timeMs, offset: 0, timestampMs: 0, weightsVersion: 2 },
  yhat: Float64Array.from([timeMs + 1, timeMs + 2, timeMs + 3]),
  quantiles: Float64Array.from({ length: LEVELS.length * H }, (_, at) => at),
  shares: new Float64Array(0),
  ...{
    coverage: new Float64Array(0),
    skill: new Float64Array(0),
    anomaly: 0,
    phase: 'live',
    flags: [],
    experts: null,
  },
})

describe('FanKeeper', () => {
  it('keeps the first fan at or after each wanted time, with what came before and after it', () => {
    const keeper = new FanKeeper([4.5, 8], H, 1, 4)
    for (let time = 0; time < 15; time++) keeper.take(forecastAt(time))
    const fans = keeper.fansOf('a')
    expect(fans.map(({ originMs }) => originMs)).toEqual([5, 8])
    expect(fans[0]).toEqual({
      ...{ originMs: 5, value: 50, version: 2, yhat: [6, 7, 8] },
      quantiles: LEVELS.map((_, q) => [3 * q, 3 * q + 1, 3 * q + 2]),
      // Four samples up to the origin, and the outcomes of its three leads.
      timesMs: [2, 3, 4, 5, 6, 7, 8],
      values: [20, 30, 40, 50, 60, 70, 80],
    })
    expect(keeper.fansOf('b')).toEqual([])
  })

  it('gives every outcome to each of many origins that lie within one horizon', () => {
    const keeper = new FanKeeper([1, 2, 3, 4], H, 1, 1)
    for (let time = 0; time < 10; time++) keeper.take(forecastAt(time))
    for (const { originMs, timesMs } of keeper.fansOf('a')) {
      expect(timesMs).toEqual([originMs, originMs + 1, originMs + 2, originMs + 3])
    }
    expect(keeper.fansOf('a')).toHaveLength(4)
  })

  it('keeps five hundred series, those that came first', () => {
    const keeper = new FanKeeper([1], H, 1, 1)
    for (const time of [1, 2]) for (let s = 0; s < 501; s++) keeper.take(forecastAt(time, `s${s}`))
    expect(keeper.fansOf('s499').map(({ timesMs }) => timesMs)).toEqual([[1, 2]])
    expect(keeper.fansOf('s500')).toEqual([])
  })
})
