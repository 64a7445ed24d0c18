import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { numberList, sixDigits } from '#shared/contracts/significant-digits'

/** Digits of a printed number, without sign, exponent, leading and trailing zeros. */
function digitsOf(value: number): string {
  const [mantissa] = String(Math.abs(value)).split('e')
  return mantissa.replace('.', '').replace(/^0+/, '').replace(/0+$/, '')
}

const anySize = fc
  .tuple(
    fc.double({ min: 1, max: 10, noNaN: true }),
    fc.integer({ min: -320, max: 307 }),
    fc.constantFrom(1, -1),
  )
  .map(([mantissa, power, sign]) => sign * mantissa * 10 ** power)

describe('sixDigits', () => {
  it('prints no more than six digits, at any size', () => {
    fc.assert(
      fc.property(anySize, (value) => {
        expect(digitsOf(sixDigits(value)).length).toBeLessThanOrEqual(6)
      }),
      { numRuns: 20_000 },
    )
  })

  it('rounds as toPrecision does, but for numbers that lie in the middle of two', () => {
    fc.assert(
      fc.property(anySize, (value) => {
        const expected = Number(value.toPrecision(6))
        const found = sixDigits(value)
        if (found === expected) return
        const unit = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 5)
        const past = Math.abs(value / unit) % 1
        expect(past, `${value} gives ${found}, not ${expected}`).toBeCloseTo(0.5, 6)
        expect(Math.abs(found - expected)).toBeLessThan(1.01 * unit)
      }),
      { numRuns: 20_000 },
    )
  })

  it.each([
    [0, 0],
    [-0, 0],
    [1, 1],
    [0.1 + 0.2, 0.3],
    [999_999.5, 1_000_000],
    [99_999.95, 100_000],
    [0.000_999_999_96, 0.001],
    [-123_456.4, -123_456],
    [1e22, 1e22],
    [3.4e38, 3.4e38],
    [1e21, 1e21],
    [1e-7, 1e-7],
    [5e-324, 5e-324],
    [1.797_693_134_862_315_7e308, 1.79769e308],
  ])('makes %d %d', (value, expected) => {
    // By hand.
    expect(sixDigits(value)).toBe(expected)
  })
})

describe('numberList', () => {
  it('is JSON, and says null for what is not finite', () => {
    const list = numberList([0, 1 / 3, Number.NaN, -1e-9, Number.POSITIVE_INFINITY, 2e21, -0])
    expect(JSON.parse(list)).toEqual([0, 0.333333, null, -1e-9, null, 2e21, 0])
    expect(numberList(Float64Array.of(1, 2, 3, 4), 1, 2)).toBe('[2,3]')
    expect(numberList([])).toBe('[]')
  })
})
