import { describe, expect, it } from 'vitest'
import { ErrorSums } from '#shared/scoring/error-sums'

/** Two forecasters of the same targets; the second errs ten times as much as the first one's mean. */
function sumsOf(horizon: number, targets: readonly (readonly [number, number, number, number])[]): ErrorSums {
  const sums = new ErrorSums(2, horizon)
  for (const [lead, point, median, scale] of targets) {
    // An outcome of 7 in a unit of 2.
    sums.add(lead, point, median, scale, 7, 2, [0, 7 - 20 * point], 1)
  }
  return sums
}

describe('ErrorSums', () => {
  it('means squared errors of the mean, absolute ones of the median, scaled ones by their series', () => {
    const sums = sumsOf(2, [
      [1, 3, 1, 2],
      [1, -1, -3, 4],
      [2, 2, 6, 3],
    ])
    // By hand: (9 + 1) / 2, (1 + 3) / 2, (1/2 + 3/4) / 2; all: (9 + 1 + 4) / 3, (1 + 3 + 6) / 3, (1.25 + 2) / 3.
    expect(sums.lead(0, 1)).toEqual({ mse: 5, mae: 2, mase: 0.625 })
    expect(sums.lead(0, 2)).toEqual({ mse: 4, mae: 6, mase: 2 })
    expect(sums.all(0)).toEqual({ mse: 14 / 3, mae: 10 / 3, mase: 3.25 / 3 })
    // The other says one number, by which both of its errors go: (30 + 10) / 2, (30/2 + 10/4) / 2; (30 + 10 + 20) / 3, (15 + 2.5 + 20/3) / 3.
    expect(sums.lead(1, 1)).toEqual({ mse: 500, mae: 20, mase: 8.75 })
    expect(sums.all(1)).toEqual({ mse: 1400 / 3, mae: 20, mase: expect.closeTo((17.5 + 20 / 3) / 3, 12) })
    expect(sums.targets).toBe(3)
  })

  it('leaves a series without a scale out of MASE alone', () => {
    const sums = sumsOf(1, [
      [1, 1, 1, 0],
      [1, 1, 1, Number.NaN],
      [1, 3, 3, 1.5],
    ])
    expect(sums.all(0)).toEqual({ mse: 11 / 3, mae: 5 / 3, mase: 2 })
  })
})
