import { describe, expect, it } from 'vitest'
import { ErrorSums } from '#shared/scoring/error-sums'

describe('ErrorSums', () => {
  it('means squared errors of the mean, absolute ones of the median, scaled ones by their series', () => {
    const sums = new ErrorSums(2)
    sums.add(1, 3, 1, 2)
    sums.add(1, -1, -3, 4)
    sums.add(2, 2, 6, 3)
    // By hand: (9 + 1) / 2, (1 + 3) / 2, (1/2 + 3/4) / 2; all: (9 + 1 + 4) / 3, (1 + 3 + 6) / 3, (1.25 + 2) / 3.
    expect(sums.lead(1)).toEqual({ mse: 5, mae: 2, mase: 0.625 })
    expect(sums.lead(2)).toEqual({ mse: 4, mae: 6, mase: 2 })
    expect(sums.all()).toEqual({ mse: 14 / 3, mae: 10 / 3, mase: 3.25 / 3 })
    expect(sums.count).toBe(3)
  })

  it('leaves a series without a scale out of MASE alone', () => {
    const sums = new ErrorSums(1)
    sums.add(1, 1, 1, 0)
    sums.add(1, 1, 1, Number.NaN)
    sums.add(1, 3, 3, 1.5)
    expect(sums.all()).toEqual({ mse: 11 / 3, mae: 5 / 3, mase: 2 })
  })
})
