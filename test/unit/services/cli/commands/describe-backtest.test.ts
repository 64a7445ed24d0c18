import { describe, expect, it } from 'vitest'
import type { BacktestReport } from '#services/backtester/backtest-report'
import { describeBacktest } from '#services/cli/commands/describe-backtest'

const errors = { mse: 4, mae: 1, mase: 0.5 }
const report: BacktestReport = {
  ...{ ...errors, source: 'meters', series: 1, horizon: 1, scoredFrom: '2026-01-05T00:00:00.000Z' },
  ...{ crps: 0.5, skill: 0.25, coverage: { '0.8': 0.79 }, byLead: { 1: errors }, origins: 20 },
  experts: { persistence: { ...errors, byLead: { 1: errors } } },
  ...{ events: 40, leftOut: {}, eventsPerSecond: 100, processorSeconds: 1 },
  ...{ trainingSeconds: 0, trainings: [], verdicts: [], driftAlarms: [] },
}
const told = (changes: Partial<BacktestReport>) => describeBacktest({ ...report, ...changes }).join('\n')

describe('describeBacktest', () => {
  it('says better, worse, or that nothing can be said', () => {
    expect(told({})).toContain('25.0 % better than seasonal naive (MASE 0.500')
    expect(told({ skill: -0.25 })).toContain('25.0 % worse than seasonal naive (MASE 0.500')
    expect(told({ skill: Number.NaN })).toContain('no skill: the seasonal naive never errs')
    expect(told({ skill: Number.NEGATIVE_INFINITY })).toContain('no skill: the seasonal naive never errs')
  })

  it('prints no table of dashes where nothing was scored, and says what was left out', () => {
    const nothing = told({ origins: 0, events: 1200, leftOut: { 'non-finite': 1100, 'same-cell': 3 } })
    expect(nothing).toContain('left out: 1,100 non-finite, 3 same-cell')
    expect(nothing).toMatch(/nothing was scored: .*$/)
    expect(nothing).not.toContain('persistence')
    expect(told({})).not.toContain('left out')
  })
})
