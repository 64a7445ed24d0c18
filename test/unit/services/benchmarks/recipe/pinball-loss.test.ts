import { describe, expect, it } from 'vitest'
import { pinballLoss } from '#services/benchmarks/recipe/pinball-loss'

describe('pinballLoss', () => {
  // By hand: at level .9 an outcome 2 above costs .9 · 2, at .1 one 1 below costs .9 · 1; half of each, times the weight of 3.
  it('charges an outcome above by the level, and one below by what the level lacks to 1', () => {
    const gradient = new Float32Array(4)
    const outputs = Float32Array.of(4, 9, 1, 9)
    const loss = pinballLoss(outputs, Float32Array.of(3, 0), Float32Array.of(3, 0), [0.1, 0.9], 2, gradient)
    expect(loss).toBeCloseTo(3 * 0.5 * (0.9 * 1 + 0.9 * 2), 6)
    // Down by 1 − .1 where it is too high, up by .9 where it is too low; nothing where the weight is 0.
    const expected = [1.5 * 0.9, 0, -1.5 * 0.9, 0]
    gradient.forEach((slope, i) => void expect(slope).toBeCloseTo(expected[i]!, 6))
  })

  it('is least at the quantile of what came', () => {
    const outcomes = Float32Array.from({ length: 100 }, (_, i) => i)
    const lossAt = (guess: number) =>
      pinballLoss(
        new Float32Array(100).fill(guess),
        outcomes,
        new Float32Array(100).fill(1),
        [0.8],
        1,
        new Float32Array(100),
      )
    const guesses = [60, 70, 79.5, 90, 99]
    expect(Math.min(...guesses.map(lossAt))).toBe(lossAt(79.5))
  })
})
