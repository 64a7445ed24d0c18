import { describe, expect, it } from 'vitest'
import { dayMs, type MadeUpScore, madeUpScores } from '#services/benchmarks/drift/made-up-scores'
import { RunningContest, type SlotScore } from '#shared/promotion/running-contest'

const runs = 200
/** The defaults of a pipeline. */
const options = { alpha: 0.05, margin: 0, blocksMax: 60 }

/**
 * Size of a version's own error: a block of the six series then has a standard deviation of 0.034. Versions that were trained one from the
 * other are closer: the 50 series of the flights demo give 0.007 to 0.012.
 */
const ownDefault = 0.25

/** Blocks after which each of the challengers was promoted, of those that were. */
function promotionsOf(ratio: number, own = ownDefault, memory = 0.8): number[] {
  const blocks: number[] = []
  for (let run = 0; run < runs; run++) {
    const contest = new RunningContest({ champion: 1, challenger: 2 }, options, dayMs, [0, 0])
    for (const score of madeUpScores({ seed: run, own: [own, own], memory, factor: () => ratio })) {
      contest.take(score.partition, score.offset, slotScoreOf(score))
      if (contest.verdict) break
    }
    if (contest.verdict === 'promote') blocks.push(contest.evidence.blocks)
  }
  return blocks.sort((a, b) => a - b)
}

/** Version 1 serves, 2 shadows. */
function slotScoreOf({
  series,
  timeMs,
  leads,
  errors: [servingErrors, shadowErrors],
}: MadeUpScore): SlotScore {
  const [serving, shadow, naiveErrors] = [1, 2, Number.NaN].map((value) =>
    leads.map(() => value),
  ) as number[][]
  return { series, timeMs, leads, serving, servingErrors, naiveErrors, shadow, shadowErrors } as SlotScore
}

// The limits are the issue's; the first is Ville's inequality and two standard deviations of a binomial with 200 runs.
describe('a contest on score streams with overlapping leads and related series', () => {
  it.each([
    ['as they are', ownDefault, 0.8],
    // A block's difference then has a standard deviation of 0.07, and tells something of the next one's.
    ['with errors of twice the size that go on for a day', 0.5, 0.95],
  ])('promotes a challenger of equal skill in at most α of 200 runs, %s', (_, own, memory) => {
    const { alpha } = options
    const bound = alpha + 2 * Math.sqrt((alpha * (1 - alpha)) / runs)
    expect(promotionsOf(1, own, memory).length / runs).toBeLessThanOrEqual(bound)
  })

  it('never promotes a challenger that is 5 % worse', () => {
    expect(promotionsOf(1.05)).toEqual([])
  })

  it('promotes a challenger that is 5 % better in at least 95 % of 200 runs within 60 blocks, and in half of them within 25', () => {
    const blocks = promotionsOf(0.95)
    expect(blocks.length / runs).toBeGreaterThanOrEqual(0.95)
    expect(blocks[runs / 2]).toBeLessThanOrEqual(25)
  })
})
