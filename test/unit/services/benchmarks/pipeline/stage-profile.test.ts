import { describe, expect, it } from 'vitest'
import { readProgress } from '#services/benchmarks/pipeline/profile-backtest'
import { sharesOfStages } from '#services/benchmarks/pipeline/stage-profile'
import { describeProgress } from '#services/cli/terminal/progress-meter'

const frame = (functionName: string, url: string) => ({ functionName, url: `file:///dist/${url}` })

describe('sharesOfStages', () => {
  it('counts a sample for the innermost stage that its stack names, and nothing outside of the line', () => {
    const nodes = [
      { id: 1, callFrame: frame('(root)', ''), children: [2, 3, 9] },
      { id: 2, callFrame: frame('(garbage collector)', '') },
      { id: 3, callFrame: frame('take', 'services/backtester/backtest-run.js'), children: [4, 8] },
      { id: 4, callFrame: frame('advance', 'shared/pipeline/advance.js'), children: [5, 7] },
      { id: 5, callFrame: frame('sequence', 'shared/pipeline/sequencer.js'), children: [6] },
      { id: 6, callFrame: frame('parse', 'shared/contracts/sensor-event.js') },
      { id: 7, callFrame: frame('issueForecasts', 'shared/pipeline/issue-forecasts.js') },
      { id: 8, callFrame: frame('take', 'shared/scoring/backtest-scorer.js') },
      { id: 9, callFrame: frame('readCsv', 'shared/feed/csv.js') },
    ]
    // By hand: of 100 µs counted, 40 decode, 25 score, 20 assemble, 10 garbage, 5 none of these; 900 read the file.
    const samples = [6, 9, 7, 8, 2, 4, 6]
    const timeDeltas = [30, 900, 20, 25, 10, 5, 10]
    expect(sharesOfStages({ nodes, samples, timeDeltas })).toEqual([
      { stage: 'decode', share: 0.4 },
      { stage: 'score the backtest', share: 0.25 },
      { stage: 'remember and assemble', share: 0.2 },
      { stage: 'collect garbage', share: 0.1 },
      { stage: 'the rest', share: 0.05 },
    ])
  })
})

describe('the progress of the backtest that is profiled', () => {
  it('is read from what it says for people', () => {
    const progress = { done: 84_000, total: 150_000, perSecond: 9_312, secondsLeft: 7 }
    expect(readProgress(`${describeProgress(progress)}\n`)).toEqual({
      done: 84_000,
      total: 150_000,
      perSecond: 9_312,
    })
    expect(readProgress('reading meters.csv\n')).toBeNull()
  })
})
