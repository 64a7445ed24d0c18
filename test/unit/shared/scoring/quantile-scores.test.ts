import { describe, expect, it } from 'vitest'
import { PublishedLevels } from '#shared/forecast/quantile-levels'
import { QuantileScores } from '#shared/scoring/quantile-scores'

/** Of the levels 0.025, 0.1, 0.25, 0.5, 0.75, 0.9 and 0.975. */
const QUANTILES = Float64Array.of(99, 1, 2, 3, 4, 5, 6, 7)

function scoresOf(...outcomes: number[]): QuantileScores {
  const scores = new QuantileScores(new PublishedLevels())
  for (const outcome of outcomes) scores.add(outcome, QUANTILES, 1, 1)
  return scores
}

describe('QuantileScores', () => {
  it('is the pinball loss, by hand', () => {
    // 5.5 is above 1 … 5 and below 6 and 7: τ (y − q) there, (1 − τ)(q − y) here.
    const losses = [0.025 * 4.5, 0.1 * 3.5, 0.25 * 2.5, 0.5 * 1.5, 0.75 * 0.5, 0.1 * 0.5, 0.025 * 1.5]
    const pinballs = Object.values(scoresOf(5.5).byLevel()).map(({ pinball }) => pinball)
    losses.forEach((loss, q) => void expect(pinballs[q]).toBeCloseTo(loss, 12))
    const sum = losses.reduce((total, loss) => total + loss, 0)
    expect(scoresOf(5.5).crps).toBeCloseTo((2 * sum) / 7, 12)
  })

  it('divides losses by the unit, and what it returns too', () => {
    const scores = new QuantileScores(new PublishedLevels())
    const crps = scores.add(5.5, QUANTILES, 1, 4)
    expect(crps).toBeCloseTo(scoresOf(5.5).crps / 4, 12)
    expect(scores.byLevel()['0.5']!.pinball).toBeCloseTo((0.5 * 1.5) / 4, 12)
  })

  it('counts an outcome on a quantile as half below it, and as inside the band that ends there', () => {
    const { '0.1': low, '0.25': lower, '0.9': high } = scoresOf(2, 0, 6, 8).byLevel()
    // Below 2: 0, and half of the outcome 2. Below 3: 0 and 2. Below 6: 0 and 2, and half of the outcome 6.
    expect([low!.below, lower!.below, high!.below]).toEqual([1.5 / 4, 2 / 4, 2.5 / 4])
    // Between 2 and 6, ends included: two of four; between 3 and 5 none; between 1 and 7 two.
    expect(scoresOf(2, 0, 6, 8).coverage()).toEqual({ '0.5': 0, '0.8': 2 / 4, '0.95': 2 / 4 })
  })

  it('knows an outcome that equals all of its quantiles', () => {
    const scores = new QuantileScores(new PublishedLevels())
    scores.add(3, new Float64Array(7).fill(3), 0, 1)
    expect(Object.values(scores.byLevel())).toEqual(new Array(7).fill({ pinball: 0, below: 0.5 }))
    expect(scores.coverage()).toEqual({ '0.5': 1, '0.8': 1, '0.95': 1 })
    expect(scores.crps).toBe(0)
  })

  it('leaves levels that were asked for beside the tracked ones out of the CRPS', () => {
    const wide = new QuantileScores(new PublishedLevels([0.01]))
    const crps = wide.add(5.5, Float64Array.of(0, 1, 2, 3, 4, 5, 6, 7), 0, 1)
    expect(crps).toBe(scoresOf(5.5).crps)
    expect(wide.byLevel()['0.01']!.pinball).toBeCloseTo(0.01 * 5.5, 12)
  })
})
