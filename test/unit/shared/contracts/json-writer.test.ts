import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonWriter } from '#shared/contracts/json-writer'
import { SeededRandom } from '#shared/recurrent/seeded-random'

/** Bit patterns at random, numbers of ordinary size, and numbers at and beside what lies half way between two of six digits. */
function* numbersOfEverySize(count: number): Generator<number> {
  const random = new SeededRandom(5)
  const bits = new DataView(new ArrayBuffer(8))
  for (let i = 0; i < count; i++) {
    if (i % 4 === 0) {
      bits.setUint32(0, random.uniform(0, 2 ** 31))
      bits.setUint32(4, random.uniform(0, 2 ** 32))
      if (Number.isFinite(bits.getFloat64(0))) yield bits.getFloat64(0)
    } else if (i % 4 === 1) {
      yield 10 ** random.uniform(-9, 23)
    } else {
      const half = Math.floor(random.uniform(1e5, 1e6)) + 0.5
      const nudged = half * (1 + (i % 4 === 2 ? 0 : Math.round(random.uniform(-2, 2)) * 2 ** -52))
      yield nudged * 10 ** Math.floor(random.uniform(-13, 17))
    }
  }
  yield* [0, Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, 999_999.5, 9.999995, 0.0000099999949, 1e21]
}

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

  // Oracles: JavaScript's own rounding (toPrecision) and printing (String) of the number that it rounds to.
  it('rounds and prints a million numbers of every size as JavaScript does', () => {
    const writer = new JsonWriter()
    for (const value of numbersOfEverySize(1_000_000)) {
      const text = Buffer.from(writer.numbers([value, -value]).take())
        .toString('latin1')
        .slice(1, -1)
      const [plain, negated] = text.split(',')
      const written = Number(plain)
      const rounded = Number(value.toPrecision(6))
      // Where a number lies half way between two, either is as near as the other.
      const tie = Math.abs(Math.abs(written - value) - Math.abs(rounded - value)) <= value * 2 ** -50
      if (written !== rounded && !tie) expect.fail(`${value} was written as ${plain}`)
      if (plain !== String(written)) expect.fail(`${plain} is not how ${written} is printed`)
      if (negated !== (written === 0 ? '0' : `-${plain}`)) expect.fail(`${-value} was written as ${negated}`)
    }
  })

  it('writes a number between any neighbours as it writes it alone', () => {
    const number = fc.oneof(fc.double(), fc.double({ min: -1000, max: 1000 }), fc.integer(), fc.constant(0))
    fc.assert(
      fc.property(fc.array(number, { maxLength: 30 }), (values) => {
        const text = Buffer.from(new JsonWriter().numbers(values).take()).toString()
        expect(text).toBe(`[${values.map(print).join(',')}]`)
      }),
      { numRuns: 2_000 },
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

  it('writes whole numbers with all of their digits, and arrays of rows', () => {
    const whole = [0, 7, 999, 1000, 123_456_789, 999_999_999, 1_000_000_000, 2 ** 53 - 1, -1]
    for (const value of whole) {
      expect(Buffer.from(new JsonWriter().whole(value).take()).toString()).toBe(String(value))
    }
    const bytes = new JsonWriter().rows([1, 2, 3, 4, 5.5, 6], 2, 3).take()
    expect(Buffer.from(bytes).toString()).toBe('[[1,2,3],[4,5.5,6]]')
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

  it('writes over what was taken before once it is recycled, and not sooner', () => {
    const writer = new JsonWriter()
    const first = writer.text('"first"').take()
    const second = writer.text('"second"').take()
    expect([first, second].map((one) => Buffer.from(one).toString())).toEqual(['"first"', '"second"'])
    writer.recycle()
    const third = writer.text('"third"').take()
    expect(Buffer.from(third).toString()).toBe('"third"')
    expect(third.buffer).toBe(first.buffer)
    expect(third.byteOffset).toBe(first.byteOffset)
  })
})
