import { describe, expect, it } from 'vitest'
import type { BacktestReport } from '#services/backtester/backtest-report'
import { describeBacktest, describeNothingScored } from '#services/cli/commands/describe-backtest'

const errors = { mse: 4, mae: 1, mase: 0.5 }
const report: BacktestReport = {
  ...{
    ...errors,
    source: 'meters',
    series: 1,
    horizon: 1,
    scoredFrom: '2026-01-05T00:00:00.000Z',
    standardised: false,
  },
  ...{ crps: 0.5, skill: 0.25, coverage: { '0.8': 0.79 }, quantiles: {}, byLead: { 1: errors }, origins: 20 },
  experts: { persistence: { ...errors, byLead: { 1: errors } } },
  ...{ events: 40, cadenceMs: 900_000, leftOut: {}, eventsPerSecond: 100, processorSeconds: 1 },
  ...{ trainingSeconds: 0, trainings: [], verdicts: [], driftAlarms: [] },
}
const told = (changes: Partial<BacktestReport>) => describeBacktest({ ...report, ...changes }).join('\n')

describe('describeBacktest', () => {
  it('says better, worse, or that nothing can be said', () => {
    expect(told({})).toContain('25.0 % better than seasonal naive (MASE 0.500')
    expect(told({ skill: -0.25 })).toContain('25.0 % worse than seasonal naive (MASE 0.500')
    expect(told({ skill: Number.NaN })).toContain('no skill: the seasonal naive never errs')
    for (const skill of [0, 0.0004, -0.0004]) {
      expect(told({ skill })).toContain('\nlevel with seasonal naive (MASE ')
    }
    expect(told({ skill: Number.NEGATIVE_INFINITY })).toContain('no skill: the seasonal naive never errs')
  })

  it('says which of the seasonal naives it is, where there are two', () => {
    const one = { ...errors, byLead: { 1: errors } }
    const experts = { seasonal: one, 'seasonal-week': one }
    expect(told({ experts })).toContain('\n25.0 % better than seasonal naive of a week (MASE')
    expect(told({ experts, skill: 0 })).toContain('\nlevel with seasonal naive of a week (MASE')
    expect(told({ experts, skill: Number.NaN })).toContain(
      'no skill: the seasonal naive of a week never errs',
    )
    expect(told({ experts: { seasonal: one } })).toContain('better than seasonal naive (MASE')
  })

  it('names the best simple method where that is another than skill is measured against', () => {
    const of = (mae: number) => ({ ...errors, mae, byLead: { 1: errors } })
    const experts = { persistence: of(4), seasonal: of(1.25), 'seasonal-week': of(2), profile: of(1.1) }
    expect(told({ experts, skill: 0.5 })).toContain(
      '\n50.0 % better than seasonal naive of a week, 20.0 % better than seasonal, the best simple method (MASE',
    )
    // A line that errs by 1 beside a mean of the phase that errs by 0.8.
    expect(told({ experts: { seasonal: of(2), 'phase-mean': of(0.8) }, skill: 0.5 })).toContain(
      '\n50.0 % better than seasonal naive, 25.0 % worse than phase-mean, the best simple method (MASE',
    )
    expect(told({ experts: { persistence: of(4), seasonal: of(2) }, skill: 0.5 })).not.toContain(
      'simple method',
    )
    expect(told({ experts: { persistence: of(0), seasonal: of(2) }, skill: 0.5 })).not.toContain(
      'simple method',
    )
  })

  it('says above the first table that its errors are standardised, where they are', () => {
    const standardised = told({ standardised: true })
    const said = standardised.indexOf('errors are in standard deviations of each series')
    expect(said).toBeGreaterThan(0)
    expect(said).toBeLessThan(standardised.indexOf('forecaster'))
    expect(told({})).not.toContain('standard deviations')
  })

  it('says of what it is the backtest', () => {
    expect(told({})).toMatch(/^meters: 40 events of 1 series, every 15m, 1 lead$/m)
    expect(told({ horizon: 24 })).toMatch(/^meters: 40 events of 1 series, every 15m, 24 leads$/m)
  })

  it('says from when on where a day is too coarse, why there is no MASE, and that nothing was trained', () => {
    expect(told({})).toContain('scored from 2026-01-05 on')
    expect(told({ scoredFrom: '2026-01-05T12:30:00.000Z' })).toContain('scored from 2026-01-05 12:30 on')
    const why =
      'MASE is not known: before the scored part lies less than a season, or nothing changes from one to the next.'
    expect(told({ mase: Number.NaN })).toContain(why)
    expect(told({})).not.toContain(why)
    // A season that never changes gives no scale either, and is said otherwise.
    expect(told({ mase: Number.NaN, skill: Number.NaN })).not.toContain(why)
    expect(told({})).toMatch(/100 events\/s; no training$/)
  })

  it('shows how the levels did that were asked for', () => {
    const quantiles = Object.fromEntries(
      [0.001, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975].map((level) => [
        level,
        { pinball: 2 * level, below: level / 2 },
      ]),
    )
    expect(told({ quantiles })).toMatch(/level +outcomes below +pinball\n *0\.001 +0\.1 % +0\.002\n/)
    const { '0.001': _, ...plain } = quantiles
    expect(told({ quantiles: plain })).not.toContain('pinball')
  })

  it('prints no table of dashes where nothing was scored, and says what was left out', () => {
    const nothing = told({ origins: 0, events: 1200, leftOut: { 'non-finite': 1100, 'same-cell': 3 } })
    expect(nothing).toContain('left out: 1,100 non-finite, 3 same-cell')
    expect(nothing).not.toContain('persistence')
    expect(told({})).not.toContain('left out')
    expect(describeNothingScored({ ...report, origins: 0 })).toBe(
      'nothing was scored: no forecast made from 2026-01-05 00:00 on was followed by a reading of its series within 1 step. ' +
        'Give more readings, the cadence that they have (--cadence), or an earlier --test-from.',
    )
    expect(describeNothingScored(report)).toBeNull()
  })

  it('asks after the cadence where most readings share a step of it', () => {
    const asked = 'most readings come within 15m of another: is that their cadence (--cadence)?'
    expect(told({ leftOut: { 'same-cell': 21 } })).toContain(asked)
    expect(told({ leftOut: { 'same-cell': 20 } })).not.toContain('cadence')
  })
})
