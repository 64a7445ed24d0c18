import { describe, expect, it } from 'vitest'
import { huberLoss } from '#shared/learning/huber-loss'

describe('huberLoss', () => {
  // By hand, delta 2: error 1 → 1/2; error −3 → 2 (3 − 1) = 4, weight 0.5 → 2; the third has no weight.
  it('is quadratic near the target and linear beyond delta, each target by its weight', () => {
    const gradient = new Float32Array(3).fill(9)
    const loss = huberLoss(
      Float32Array.of(1, -3, 50),
      new Float32Array(3),
      Float32Array.of(1, 0.5, 0),
      2,
      gradient,
    )
    expect(loss).toBe(2.5)
    expect([...gradient]).toEqual([1, -1, 0])
  })

  it('does not touch an output without weight, though it is not finite', () => {
    const gradient = new Float32Array(1)
    expect(huberLoss(Float32Array.of(Number.NaN), Float32Array.of(0), Float32Array.of(0), 2, gradient)).toBe(
      0,
    )
    expect(gradient[0]).toBe(0)
  })

  it('is not finite where an output with weight is not', () => {
    expect(huberLoss(Float32Array.of(Number.NaN), Float32Array.of(0), Float32Array.of(1), 2)).toBeNaN()
  })
})
