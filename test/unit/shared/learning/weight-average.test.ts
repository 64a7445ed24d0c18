import { describe, expect, it } from 'vitest'
import { WeightAverage } from '#shared/learning/weight-average'

describe('WeightAverage', () => {
  // By hand: the mean of 1, 2, 6 is 3.
  it('is the plain mean at first', () => {
    const average = new WeightAverage(1)
    for (const value of [1, 2, 6]) average.add(Float32Array.of(value))
    expect(average.values[0]).toBeCloseTo(3, 6)
  })

  // By hand: after 1,000 zeros one 1 counts 2 %.
  it('forgets by 2 % a step later', () => {
    const average = new WeightAverage(1)
    for (let i = 0; i < 1000; i++) average.add(Float32Array.of(0))
    average.add(Float32Array.of(1))
    expect(average.values[0]).toBeCloseTo(0.02, 6)
  })
})
