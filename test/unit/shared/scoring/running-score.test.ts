import { describe, expect, it } from 'vitest'
import { knotsFor } from '#shared/forecast/knots'
import { RunningScore } from '#shared/scoring/running-score'
import { StateLayout } from '#shared/series-state/state-layout'

function newScore() {
  const layout = new StateLayout()
  const score = new RunningScore(layout, knotsFor(2, 1))
  const numbers = new Float64Array(layout.size)
  const learn = (knot: number, error: number, naive: number, widths = [1, 2, 3]) =>
    score.learn(numbers, knot, error, naive, Float64Array.from([0, ...widths]), 1)
  return { score, numbers, learn }
}

// Expected by hand.
describe('RunningScore', () => {
  it('has nothing to say before anything was scored', () => {
    const { score, numbers } = newScore()
    expect(score.coverage(numbers, 0, 0)).toBeNaN()
    expect(score.skill(numbers, 0)).toBeNaN()
  })

  it('counts what fell within the widths that were issued, per knot', () => {
    const { score, numbers, learn } = newScore()
    for (const error of [0.5, 1, 1.5, 2.5]) learn(0, error, 1)
    learn(1, 10, 1)
    expect([0, 1, 2].map((band) => score.coverage(numbers, 0, band))).toEqual([0.5, 0.75, 1])
    expect([0, 1, 2].map((band) => score.coverage(numbers, 1, band))).toEqual([0, 0, 0])
  })

  it('compares with the seasonal naive on the same targets alone', () => {
    const { score, numbers, learn } = newScore()
    learn(0, 100, Number.NaN)
    expect(score.skill(numbers, 0)).toBeNaN()
    learn(0, 1, 4)
    learn(0, 2, 8)
    expect(score.skill(numbers, 0)).toBeCloseTo(1 - 1.5 / 6, 12)
  })

  it('gives no skill where the seasonal naive made no error, unless neither did', () => {
    const { score, numbers, learn } = newScore()
    learn(0, 0, 0)
    expect(score.skill(numbers, 0)).toBe(0)
    learn(0, 1, 0)
    expect(score.skill(numbers, 0)).toBeNaN()
  })

  it('forgets: after thousands of outcomes the old ones no longer count', () => {
    const { score, numbers, learn } = newScore()
    for (let i = 0; i < 2000; i++) learn(0, 10, 1)
    for (let i = 0; i < 8000; i++) learn(0, 0.5, 1)
    // By hand: (1 − 1/1000)^8000 of the old value, 0, is e^-8.
    expect(score.coverage(numbers, 0, 0)).toBeCloseTo(1 - Math.exp(-8), 4)
    expect(score.skill(numbers, 0)).toBeCloseTo(0.5, 2)
  })
})
