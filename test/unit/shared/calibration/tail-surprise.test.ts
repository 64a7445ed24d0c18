import { describe, expect, it } from 'vitest'
import { TailSurprise } from '#shared/calibration/tail-surprise'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { StateLayout } from '#shared/series-state/state-layout'

function newSurprise(values: readonly number[] = []) {
  const layout = new StateLayout()
  const surprise = new TailSurprise(layout, 'test')
  const numbers = new Float64Array(layout.size)
  for (const value of values) surprise.learn(numbers, value)
  return { surprise, numbers }
}

describe('TailSurprise', () => {
  it('is Hill’s estimate of the tail, shrunk', () => {
    // By hand: of 1..20 the fifth largest is 16, which 5 of 21 reach; the four above it are 17, 18, 19, 20.
    const { surprise, numbers } = newSurprise(Array.from({ length: 20 }, (_, i) => i + 1))
    const logs = Math.log(17 / 16) + Math.log(18 / 16) + Math.log(19 / 16) + Math.log(20 / 16)
    const index = (4 + 5) / (logs + 5 / 2)
    expect(surprise.decades(numbers, 16, 1e-12)).toBeCloseTo(Math.log10(21 / 5), 9)
    expect(surprise.decades(numbers, 160, 1e-12)).toBeCloseTo(Math.log10(21 / 5) + index, 9)
    // The smallest kept is 1: half the way from there to 16 is half the decades.
    expect(surprise.decades(numbers, 8.5, 1e-12)).toBeCloseTo(Math.log10(21 / 5) / 2, 9)
  })

  it('calls nothing rare before it has seen five values, nor among equal ones', () => {
    const { surprise, numbers } = newSurprise([1, 1, 1, 1])
    expect(surprise.decades(numbers, 1e9, 1e-3)).toBe(0)
    const constant = newSurprise(Array(100).fill(0))
    expect(constant.surprise.decades(constant.numbers, 0, 1e-3)).toBe(0)
  })

  it('gives the rarity that samples of a Pareto law really have', () => {
    // Property: P(x > v) = v^−3 for v ≥ 1. With the 64 largest of 20,000 the estimate is good to a quarter of a decade.
    const random = new SeededRandom(5)
    const { surprise, numbers } = newSurprise(
      Array.from({ length: 20_000 }, () => (1 - random.uniform()) ** (-1 / 3)),
    )
    for (const decades of [3, 3.5, 4, 5]) {
      const value = 10 ** (decades / 3)
      expect(Math.abs(surprise.decades(numbers, value, 1e-9) - decades)).toBeLessThan(0.3)
      expect(surprise.decades(numbers, surprise.valueAt(numbers, decades, 1e-9), 1e-9)).toBeCloseTo(
        decades,
        9,
      )
    }
  })

  it('depends on the past values alone, not on their order', () => {
    const values = Array.from({ length: 500 }, (_, i) => (i * 37) % 500)
    const mixed = newSurprise(values)
    const rising = newSurprise([...values].sort((a, b) => a - b))
    expect(mixed.numbers).toEqual(rising.numbers)
  })

  it('rises with the value and stays finite', () => {
    const { surprise, numbers } = newSurprise([0, 1e-9, 1, 2, 3, 3, 3, 1e38, 5, 6])
    let last = 0
    for (const value of [0, 1e-12, 1, 2.5, 3, 4, 1e9, 1e38, 3e38]) {
      const decades = surprise.decades(numbers, value, 1e-3)
      expect(decades).toBeGreaterThanOrEqual(last)
      expect(Number.isFinite(decades)).toBe(true)
      last = decades
    }
  })
})
