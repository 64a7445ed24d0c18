import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QuantileFan } from '#shared/forecast/quantile-fan'
import { LEVELS } from '#shared/forecast/quantile-levels'

const ENDLESS = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const

function spread(fan: QuantileFan, median: number[], widths: number[], floor: number, ceiling: number) {
  const out = new Float64Array(fan.levels.length * median.length)
  return fan.spread(Float64Array.from(median), Float64Array.from(widths), floor, ceiling, out)
}

describe('QuantileFan', () => {
  it('publishes the bands as they are', () => {
    const fan = new QuantileFan([])
    expect(fan.levels).toEqual(LEVELS)
    const quantiles = spread(fan, [10, 20], [1, 2, 3, 4, 5, 6], ...ENDLESS)
    // By hand: rows 2.5, 10, 25, 50, 75, 90, 97.5 %; two leads each.
    expect([...quantiles]).toEqual([5, 14, 7, 16, 9, 18, 10, 20, 11, 22, 13, 24, 15, 26])
  })

  it('gives the quantiles of a logistic distribution within the bands when these are its own', () => {
    // The p-quantile of the standard logistic distribution is log(p / (1 − p)).
    const logistic = (p: number) => Math.log(p / (1 - p))
    const asked = [0.05, 0.3, 0.45, 0.6, 0.95]
    const fan = new QuantileFan(asked)
    expect(fan.levels).toHaveLength(LEVELS.length + asked.length)
    const widths = [logistic(0.75), logistic(0.9), logistic(0.975)]
    const quantiles = spread(fan, [0], widths, ...ENDLESS)
    fan.levels.forEach((level, q) => {
      expect(quantiles[q], String(level)).toBeCloseTo(logistic(level), 9)
    })
  })

  it('goes on beyond the widest band as a Pareto tail of index 3 does', () => {
    // By hand: what lies outside of 0.99 on both sides is 2 %, of the band 5 %: 2.5^(1/3) = 1.357209 times as far out; of 0.999,
    // 25^(1/3) = 2.924018.
    const fan = new QuantileFan([0.001, 0.01, 0.99, 0.999])
    const quantiles = spread(fan, [5], [1, 2, 3], ...ENDLESS)
    const at = (level: number) => quantiles[fan.levels.indexOf(level)]!
    expect(at(0.99)).toBeCloseTo(5 + 3 * 1.357209, 5)
    expect(at(0.01)).toBeCloseTo(5 - 3 * 1.357209, 5)
    expect(at(0.999)).toBeCloseTo(5 + 3 * 2.924018, 5)
    expect(at(0.001)).toBeCloseTo(5 - 3 * 2.924018, 5)
  })

  it('never lets quantiles cross, nor pass a bound', () => {
    const width = fc.double({ min: 0, max: 1e6, noNaN: true })
    const level = fc.double({ min: 0.0001, max: 0.9999, noNaN: true })
    fc.assert(
      fc.property(fc.array(level, { maxLength: 20 }), fc.tuple(width, width, width), (asked, steps) => {
        const fan = new QuantileFan(asked)
        const [a, b, c] = steps
        const quantiles = spread(fan, [3], [a, a + b, a + b + c], -50, 1e3)
        for (let q = 0; q < quantiles.length; q++) {
          expect(quantiles[q]).toBeGreaterThanOrEqual(q > 0 ? quantiles[q - 1] : -50)
          expect(quantiles[q]).toBeLessThanOrEqual(1e3)
        }
      }),
    )
  })
})
