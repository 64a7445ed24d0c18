import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonWriter } from '#shared/contracts/json-writer'

const print = (value: number) => Buffer.from(new JsonWriter().number(value).take()).toString()

describe('JsonWriter', () => {
  // Expected: what JavaScript's own toPrecision rounds to, printed by JavaScript.
  it('prints a number as JavaScript prints it rounded to six significant digits', () => {
    for (const value of [
      0, -0, 1, -1, 10, 100000, 999999, 1234567, 0.1, 0.000123456, 1e-6, 1e-7, 1e20, 1e21, 5e-324, 1.7e308,
      -12.5, 999999.5, 0.99999949,
    ]) {
      expect(Number(print(value)), String(value)).toBe(Number(value.toPrecision(6)) + 0)
    }
    expect(['0', '100000', '0.1', '-12.5', '1234570'].map(Number).map(print)).toEqual([
      '0',
      '100000',
      '0.1',
      '-12.5',
      '1234570',
    ])
  })

  it('stays within one unit of the sixth digit for every double, and prints no more digits than that', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const text = print(value)
        const significant = text.replace(/e.*/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '')
        expect(significant.length).toBeLessThanOrEqual(6)
        const exact = Number(value.toPrecision(6))
        // Ties may fall either way: the scaled value is rounded once before it is rounded to an integer.
        expect(Math.abs(JSON.parse(text) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 1.1e-5)
      }),
      { numRuns: 5_000 },
    )
  })

  it('agrees with String() on numbers that have six digits or fewer', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -999_999, max: 999_999 }),
        fc.integer({ min: -14, max: 11 }),
        (digits, power) => {
          const value = Number(`${digits}e${power}`)
          expect(print(value)).toBe(String(value + 0))
        },
      ),
      { numRuns: 5_000 },
    )
  })

  it('writes null for what JSON cannot say', () => {
    const bytes = new JsonWriter().numbers([1, Number.NaN, Number.POSITIVE_INFINITY, -2.5]).take()
    expect(Buffer.from(bytes).toString()).toBe('[1,null,null,-2.5]')
  })

  it('grows, starts anew after take, and keeps text as it is', () => {
    const writer = new JsonWriter()
    const long = 'é'.repeat(10_000)
    expect(
      JSON.parse(
        Buffer.from(
          writer.text(`{"a":"${long}","b":`).numbers(new Float64Array(500).fill(0.1)).text('}').take(),
        ).toString(),
      ),
    ).toEqual({ a: long, b: Array(500).fill(0.1) })
    expect(Buffer.from(writer.numbers([1, 2, 3], 1, 1).take()).toString()).toBe('[2]')
  })
})
