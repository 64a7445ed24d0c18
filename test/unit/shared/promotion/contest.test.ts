import { describe, expect, it } from 'vitest'
import { Contest, type ContestOptions } from '#shared/promotion/contest'
import { parkMiller } from '../../../reference/recurrent/park-miller.js'

const options: ContestOptions = { alpha: 0.05, margin: 0, blocksMax: 60 }
const RUNS = 200

function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

/** Errors of two forecasters on the same outcomes: mostly common, in part their own, blocks of 24 × 5 leads of 10 series. */
function play(seed: number, ratio: number, blocks = 60): { verdict: string | null; at: number } {
  const uniform = parkMiller(seed)
  const contest = new Contest({ ...options, blocksMax: blocks })
  for (let block = 1; block <= blocks; block++) {
    let difference = 0
    for (let series = 0; series < 10; series++) {
      let [a, b] = [0, 0]
      for (let i = 0; i < 24; i++) {
        const common = 2 * normal(uniform)
        a += Math.abs(common + normal(uniform))
        b += ratio * Math.abs(common + normal(uniform))
      }
      difference += (a - b) / (a + b) / 10
    }
    contest.add(difference)
    if (contest.verdict) return { verdict: contest.verdict, at: block }
  }
  return { verdict: contest.verdict, at: blocks }
}

const promotedAt = (ratio: number) =>
  Array.from({ length: RUNS }, (_, seed) => play(seed + 1, ratio)).filter(
    ({ verdict }) => verdict === 'promote',
  )

describe('a contest', () => {
  // Ville's inequality: at most α; plus two standard deviations of a binomial with 200 runs.
  it('promotes a challenger of equal skill in at most α of 200 runs', () => {
    const bound = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / RUNS)
    expect(promotedAt(1).length / RUNS).toBeLessThanOrEqual(bound)
  })

  it('never promotes a challenger that is 5 % worse', () => {
    expect(promotedAt(1.05)).toHaveLength(0)
  })

  it('promotes a challenger that is 5 % better in 95 % of the runs within 60 blocks', () => {
    expect(promotedAt(0.95).length / RUNS).toBeGreaterThanOrEqual(0.95)
  })

  it('promotes a challenger that is 30 % better within 10 blocks', () => {
    const promoted = promotedAt(0.7)
    expect(promoted).toHaveLength(RUNS)
    expect(Math.max(...promoted.map(({ at }) => at))).toBeLessThanOrEqual(10)
  })

  // By hand: equal differences are as large as their root mean square, so that a bet for the ratio ρ wins 0.98 tanh(ρ √(1 + ρ²)) each time:
  // 0.297, 0.680 and 0.971. After 5 blocks the mean wealth is (1.297⁵ + 1.680⁵ + 1.971⁵) / 3 = (3.67 + 13.36 + 29.77) / 3 = 15.60, after 6 it
  // passes 20.
  it.each([0.5, 0.003])(
    'gives the evidence of the mixed bets, whatever the size of the differences: %d',
    (d) => {
      const contest = new Contest(options)
      for (let i = 0; i < 5; i++) contest.add(d)
      expect(contest.evidence.better).toBeCloseTo(15.6, 2)
      expect(contest.evidence.blocks).toBe(5)
      expect(contest.evidence.difference).toBeCloseTo(d, 12)
      expect(contest.verdict).toBeNull()
      contest.add(d)
      expect(contest.verdict).toBe('promote')
    },
  )

  it('rejects a challenger that proves worse, or proves nothing within the limit', () => {
    const worse = new Contest(options)
    for (let i = 0; i < 7; i++) worse.add(-0.4)
    expect(worse.verdict).toBe('reject')
    const limited = new Contest({ ...options, blocksMax: 4 })
    for (let i = 0; i < 3; i++) limited.add(0.02)
    expect(limited.verdict).toBeNull()
    limited.add(0.02)
    expect(limited.verdict).toBe('reject')
  })

  // By hand: with a mean of 0 and a standard error of 1/√n standard deviations the best stake's wealth grows by ½ log(1 + 1/n) a block: in the
  // 50 blocks after the tenth by 2.4, and log(1/α) is 3.0. With a mean of half a standard deviation it is 50 × ½ log(1 + 0.82²) = 12.8.
  it('rejects early what can hardly prove better within the limit, and nothing that can', () => {
    const equal = new Contest(options)
    for (let i = 0; i < 9; i++) equal.add(i % 2 === 0 ? 0.01 : -0.01)
    expect(equal.verdict).toBeNull()
    equal.add(-0.01)
    expect(equal.verdict).toBe('reject')
    const better = new Contest(options)
    for (let i = 0; i < 10; i++) better.add(i % 2 === 0 ? 0.03 : -0.01)
    expect(better.verdict).toBeNull()
  })

  // Kelly's rate of growth for a mean of three standard deviations is all but log 2 a block: 1/α is reached within a few.
  it('finds a small difference that hardly varies within 8 blocks', () => {
    const contest = new Contest(options)
    for (let i = 0; i < 8; i++) contest.add(0.0015 + 0.0005 * Math.sin(i))
    expect(contest.verdict).toBe('promote')
  })

  // By hand: −0.4 + 19 × 0.02 = −0.02 in each twenty blocks, of which nineteen bets of twenty win.
  it('never promotes what is a little better most times and much worse at times', () => {
    const contest = new Contest({ ...options, blocksMax: 2000 })
    let highest = 0
    for (let i = 0; i < 1000; i++) {
      contest.add(i % 20 === 0 ? -0.4 : 0.02)
      highest = Math.max(highest, contest.evidence.better)
      expect(contest.verdict).not.toBe('promote')
    }
    expect(highest).toBeGreaterThan(20)
  })

  // By hand: an error lower by half makes 0.5 / 1.5 = 0.333, by 30 % 0.3 / 1.7 = 0.176.
  it('promotes for any margin what is better than it', () => {
    const contest = new Contest({ ...options, margin: 0.3 })
    for (let i = 0; i < 12; i++) contest.add(0.333)
    expect(contest.verdict).toBe('promote')
  })

  it('begins anew after one that was saved with other bets', () => {
    const saved = { blocks: 3, sum: 0.03, better: [1, 2, 3], worse: [1, 2, 3] }
    const { better, worse } = new Contest(options, saved).evidence
    expect([better, worse]).toEqual([1, 1])
  })

  // By hand: 10 % lower errors give (1 − 0.9) / 1.9 = 0.0526, which is the margin itself: no evidence either way.
  it('asks for the margin', () => {
    const contest = new Contest({ ...options, margin: 0.1 })
    for (let i = 0; i < 50; i++) contest.add(0.1 / 1.9)
    expect(contest.evidence.better).toBeCloseTo(1, 9)
  })

  // Symmetric about 0 given the past, with spells that are loud and spells that are calm, which say nothing of who is better: Ville's
  // inequality bounds the share that ever reaches 1/α by α, here plus two standard deviations of a binomial with 2,000 runs.
  it('reaches 1/α by chance in at most α of the runs, however the size of the differences changes', () => {
    let reached = 0
    for (let seed = 1; seed <= 2000; seed++) {
      const uniform = parkMiller(seed)
      const contest = new Contest({ ...options, blocksMax: 1000 })
      let highest = 0
      for (let i = 0; i < 200; i++) {
        contest.add((i % 40 < 30 ? 0.01 : 0.1) * normal(uniform))
        highest = Math.max(highest, contest.evidence.better)
      }
      if (highest >= 20) reached++
    }
    expect(reached / 2000).toBeLessThanOrEqual(0.05 + 2 * Math.sqrt((0.05 * 0.95) / 2000))
  })

  it('goes on where it was saved', () => {
    const [whole, first] = [new Contest(options), new Contest(options)]
    const differences = [0.01, -0.03, 0.2, 0.07, -0.5]
    for (const d of differences) whole.add(d)
    for (const d of differences.slice(0, 2)) first.add(d)
    const second = new Contest(options, JSON.parse(JSON.stringify(first.save())))
    for (const d of differences.slice(2)) second.add(d)
    expect(second.evidence).toEqual(whole.evidence)
  })
})
