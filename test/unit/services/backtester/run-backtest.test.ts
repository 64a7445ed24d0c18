import { describe, expect, it } from 'vitest'
import type { BacktestObserver } from '#services/backtester/backtest-run'
import { runBacktest } from '#services/backtester/run-backtest'
import type { Forecast } from '#shared/forecast/forecast'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'
import { VirtualClock } from '../feeder/virtual-clock.js'
import { CADENCE, dayWithNoise as day, feedOf, START, STEPS } from './made-up-feeds.js'

const backtest = (value = day, changes = {}, observer: BacktestObserver = {}) =>
  runBacktest({
    ...observer,
    feed: feedOf(value),
    settings: smallSettings(changes),
    clock: new VirtualClock(0),
    signal: new AbortController().signal,
  })

describe('runBacktest', () => {
  it('scores persistence as a plain double loop over the feed does, on its last half', async () => {
    const report = await backtest()
    // Expected: the definitions, at origins from the middle of the feed's span on.
    const from = Math.ceil((STEPS - 1) / 2)
    let squared = 0
    let absolute = 0
    let count = 0
    for (let series = 0; series < 3; series++) {
      for (let t = from; t < STEPS; t++) {
        for (let lead = 1; lead <= 6 && t + lead < STEPS; lead++) {
          const error = day(series, t + lead) - day(series, t)
          squared += error * error
          absolute += Math.abs(error)
          count++
        }
      }
    }
    expect(report.experts.persistence.mse).toBeCloseTo(squared / count, 9)
    expect(report.experts.persistence.mae).toBeCloseTo(absolute / count, 9)
    expect(report).toMatchObject({
      events: 3 * STEPS,
      series: 3,
      origins: 3 * (STEPS - from - 1),
      scoredFrom: new Date(START + ((STEPS - 1) / 2) * CADENCE).toISOString(),
    })
    // A day that repeats under noise: knowing it must beat the last value by far.
    expect(report.mae).toBeLessThan(0.4 * report.experts.persistence.mae)
  })

  it('tells whether errors are standardised', async () => {
    expect((await backtest()).standardised).toBe(false)
    const rows = { testFrom: 200, standardiseOn: { from: 0, to: 200 } }
    const standardised = await runBacktest({
      ...{ feed: feedOf(day), settings: smallSettings(), protocol: rows },
      ...{ clock: new VirtualClock(0), signal: new AbortController().signal },
    })
    expect(standardised.standardised).toBe(true)
  })

  it('gives the same figures again, and for any size of batch', async () => {
    const { eventsPerSecond: _, processorSeconds: _processor, ...first } = await backtest()
    for (const batchMax of [500, 7]) {
      const { eventsPerSecond: __, processorSeconds: ___, ...again } = await backtest(day, { batchMax })
      expect(again).toEqual(first)
    }
  })

  it('gives the same figures whether or not somebody keeps the forecasts', async () => {
    const forecasts: Forecast[] = []
    const {
      eventsPerSecond: _,
      processorSeconds: _processor,
      ...kept
    } = await backtest(day, {}, { onForecast: (forecast) => void forecasts.push(forecast) })
    const { eventsPerSecond: __, processorSeconds: ___, ...alone } = await backtest()
    expect(alone).toEqual(kept)
    // One for each reading but the first of its series, and each with numbers of its own.
    expect(forecasts.length).toBe(3 * (STEPS - 1))
    expect(new Set(forecasts.map(({ yhat }) => yhat.join())).size).toBe(forecasts.length)
  })

  it('finds nothing to criticise in a series that never moves', async () => {
    const { mse, mae, crps } = await backtest((series) => series)
    expect([mse, mae]).toEqual([0, 0])
    expect(crps).toBeLessThan(1e-6)
  })

  it('counts the readings that no forecast came of, by why', async () => {
    // Too large for 32 bits: every reading of the third series.
    const { leftOut, origins } = await backtest((series, t) => (series === 2 ? 1e300 : day(series, t)))
    expect(leftOut).toEqual({ 'non-finite': STEPS })
    const from = Math.ceil((STEPS - 1) / 2)
    expect(origins).toBe(2 * (STEPS - from - 1))
    expect((await backtest()).leftOut).toEqual({})
  })

  it('trains no more when nothing is left to forecast', async () => {
    // 1,200 readings are enough for a first session, which no reading would come after.
    expect((await backtest(day, { learn: true })).trainings).toEqual([])
  })

  it('ends when it is told to, with what it has', async () => {
    const stopping = new AbortController()
    stopping.abort()
    const options = {
      feed: feedOf(day),
      settings: smallSettings(),
      clock: new VirtualClock(0),
      signal: stopping.signal,
    }
    expect(await runBacktest(options)).toMatchObject({ events: 0, origins: 0 })
  })
})
