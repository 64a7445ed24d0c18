import { describe, expect, it } from 'vitest'
import { checkCondition, outOfReach, parseFailCondition } from '#services/backtester/fail-condition'

const report = {
  mase: 0.9,
  coverage: { '0.5': 0.48, '0.8': 0.81 },
  byLead: { '24': { mae: 3 } },
  source: 'a',
  crps: null,
  leftOut: { late: 2 },
  driftAlarms: ['2026-01-05T00:00:00.000Z'],
  trainings: [] as object[],
}

const fails = (text: string) => {
  const condition = parseFailCondition(text)
  if (!condition) throw new Error(`${text} is no condition`)
  return checkCondition(report, condition)
}

describe('a condition that a backtest must not meet', () => {
  it.each([
    ['mase>0.9', false],
    ['mase>=0.9', true],
    ['mase < 1', true],
    ['mase<=0.89', false],
    ['byLead.24.mae>2.5', true],
    ['coverage.0.8<0.75', false],
    ['coverage.0.5<0.49', true],
  ])('%s: %s', (text, expected) => {
    expect(fails(text).fails).toBe(expected)
  })

  it.each(['mape>3', 'byLead.25.mae>0', 'source>1', 'byLead>1', 'constructor>1'])(
    'fails where the report has no such figure: %s',
    (text) => {
      expect(fails(text)).toMatchObject({ value: null, fails: true })
    },
  )

  it('counts none where a report tells of no reading that was left out for a reason', () => {
    expect(fails('leftOut.late>1')).toMatchObject({ value: 2, fails: true })
    expect(fails('leftOut.non-finite>0')).toMatchObject({ value: 0, missing: null, fails: false })
    expect(fails('leftOut.duplicate<1')).toMatchObject({ value: 0, fails: true })
    expect(fails('leftOut.tardy>0')).toMatchObject({ value: null, fails: true })
  })

  it('counts what is in a list', () => {
    expect(fails('driftAlarms>0')).toMatchObject({ value: 1, fails: true })
    expect(fails('trainings<1')).toMatchObject({ value: 0, fails: true })
  })

  it('is known to be out of reach before the run, or not', () => {
    const unscored = { ...report, mase: Number.NaN, vs: { mase: Number.NaN, trainings: [] as object[] } }
    const beyond = (text: string, own = true, vs = true) =>
      outOfReach(unscored, parseFailCondition(text)!, { own, vs })
    // Its name is there, and its value comes.
    for (const text of ['mase>1', 'vs.mase>1', 'leftOut.non-finite>0', 'trainings>3']) {
      expect(beyond(text)).toBeNull()
    }
    expect(beyond('trainings.0.version>3')).toBeNull()
    expect(beyond('byLead.25.mae>1')).toMatchObject({ why: 'missing', within: 'byLead', names: ['24'] })
    expect(beyond('windows.24.mse>1')).toMatchObject({ why: 'missing', within: '' })
    for (const part of ['trainings', 'trainingSeconds', 'verdicts', 'driftAlarms']) {
      expect(beyond(`${part}>0`, false)).toEqual({ why: 'no-learning' })
      expect(beyond(`vs.${part}>0`, true, false)).toEqual({ why: 'no-learning' })
    }
    expect(beyond('vs.trainings>0', false)).toBeNull()
  })

  it('says what there is where a figure is not', () => {
    expect(fails('coverage.0.99<0.9').missing).toEqual({
      ...{ unknown: false, within: 'coverage', names: ['0.5', '0.8'] },
    })
    expect(fails('byLead.24.rmse>1').missing).toEqual({
      ...{ unknown: false, within: 'byLead.24', names: ['mae'] },
    })
    expect(fails('coverage>1').missing).toMatchObject({ within: 'coverage', names: ['0.5', '0.8'] })
    expect(fails('mase>1').missing).toBeNull()
    expect(fails('crps>1').missing).toMatchObject({ unknown: true })
  })

  it.each(['', 'mase', 'mase>', 'mase=1', '>1', 'mase>much', 'mase>1>2'])('is not written as %j', (text) => {
    expect(parseFailCondition(text)).toBeNull()
  })
})
