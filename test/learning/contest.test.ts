import { describe, expect, it } from 'vitest'
import { RunningContest } from '#shared/promotion/running-contest'
import { dayMs, scoreStream } from './score-stream.js'

const runs = 200
/** The defaults of a pipeline. */
const options = { alpha: 0.05, margin: 0, blocksMax: 60 }

/** Blocks after which each of the challengers was promoted, of those that were. */
function promotionsOf(ratio: number): number[] {
  const blocks: number[] = []
  for (let run = 0; run < runs; run++) {
    const contest = new RunningContest({ champion: 1, challenger: 2 }, options, dayMs, [0, 0])
    for (const entry of scoreStream({ seed: 7919 * (run + 1), ratio })) {
      contest.take(...entry)
      if (contest.verdict) break
    }
    if (contest.verdict === 'promote') blocks.push(contest.evidence.blocks)
  }
  return blocks.sort((a, b) => a - b)
}

// The limits are the issue's; the first is Ville's inequality and two standard deviations of a binomial with 200 runs.
describe('a contest on score streams with overlapping leads and related series', () => {
  it('promotes a challenger of equal skill in at most α of 200 runs', () => {
    const { alpha } = options
    const bound = alpha + 2 * Math.sqrt((alpha * (1 - alpha)) / runs)
    expect(promotionsOf(1).length / runs).toBeLessThanOrEqual(bound)
  })

  it('never promotes a challenger that is 5 % worse', () => {
    expect(promotionsOf(1.05)).toEqual([])
  })
})
