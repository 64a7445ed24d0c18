import { describe, expect, it } from 'vitest'
import { runBacktest } from '#services/backtester/run-backtest'
import { runComparison } from '#services/backtester/run-comparison'
import { smallSettings } from '../../../pipeline/pipeline-driver.js'
import { VirtualClock } from '../feeder/virtual-clock.js'
import { dayWithNoise, feedOf } from './made-up-feeds.js'

const around = () => ({ clock: new VirtualClock(0), signal: new AbortController().signal })

describe('runComparison', () => {
  it('finds no difference between a configuration and itself', async () => {
    const settings = [smallSettings(), smallSettings()] as const
    const { reports, paired } = await runComparison({
      ...{ feed: feedOf(dayWithNoise), settings, ...around() },
    })
    expect(reports[0].mae).toBe(reports[1].mae)
    expect(paired.mae).toEqual({
      ...{ first: paired.mae.first, second: paired.mae.first, difference: 0, low: 0, high: 0, p: 1 },
    })
    expect(paired.unpaired).toEqual([0, 0])
    // 600 cells scored are 50 spans of two horizons: as many blocks as there may be.
    expect(paired.blocks).toBe(16)
  })

  it('compares each with the figures that it has alone', async () => {
    const feed = () => feedOf(dayWithNoise)
    const settings = [smallSettings(), smallSettings({ season: 1 })] as const
    const { reports, paired } = await runComparison({
      ...{ feed: feed(), settings, ...around() },
    })
    for (const side of [0, 1] as const) {
      const alone = await runBacktest({ feed: feed(), settings: settings[side], ...around() })
      expect(reports[side].byLead['3']!.mse).toBe(alone.byLead['3']!.mse)
      expect(reports[side].coverage).toEqual(alone.coverage)
      const figure = (loss: 'mse' | 'mae' | 'crps') => paired[loss][side === 0 ? 'first' : 'second']
      for (const loss of ['mse', 'mae', 'crps'] as const) expect(figure(loss)).toBeCloseTo(alone[loss], 10)
      expect(paired.byLead['3']![side]).toBeCloseTo(alone.byLead['3']!.mae, 10)
      expect(paired.coverage['0.8']![side]).toBeCloseTo(alone.coverage['0.8']!, 10)
    }
    // Both are measured by the first's season, though the second has another.
    expect(reports[1].experts.seasonal).toEqual(reports[0].experts.seasonal)
    expect(paired.mase.first).toBeCloseTo(reports[0].mase, 10)
    expect(paired.mase.second).toBeCloseTo(reports[1].mase, 10)
    // A day that repeats, and a configuration that is not told of it.
    expect(paired.mae.difference).toBeLessThan(0)
    expect(paired.mae.high).toBeLessThan(0)
    expect(paired.mae.p).toBeLessThan(0.01)
  })

  it('refuses configurations that forecast other leads', async () => {
    const settings = [smallSettings(), smallSettings({ horizon: 4 })] as const
    const options = { feed: feedOf(dayWithNoise), settings, ...around() }
    await expect(runComparison(options)).rejects.toThrow('give one --horizon and one --cadence for both')
  })
})
