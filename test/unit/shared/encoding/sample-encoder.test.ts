import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SampleEncoder } from '#shared/encoding/sample-encoder'
import { seasonOf } from '#shared/series/season'
import { StateLayout } from '#shared/series-state/state-layout'

const HOUR = 3_600_000

function newEncoder(main: number, cadenceMs = (24 * HOUR) / main) {
  const layout = new StateLayout()
  const encoder = new SampleEncoder(layout, seasonOf(main, cadenceMs), 24)
  const numbers = new Float64Array(layout.size)
  const encode = (index: number, value: number, observed = true, gap = 0) => {
    const row = new Float32Array(encoder.features)
    encoder.encode(numbers, index, value, observed, gap, row, 0)
    return row
  }
  const { names } = encoder
  const feature = (row: Float32Array, name: string) => row[names.indexOf(name)]
  return { encoder, numbers, encode, names, feature }
}

const hostile = fc.oneof(
  fc.constantFrom(0, -0, 1e-12, -1e-12, 5e-324, 1e9, 1e9 + 1, 3e38, -3e38),
  fc.double({ min: -3.4e38, max: 3.4e38, noNaN: true }),
)

describe('SampleEncoder', () => {
  it('names as many features as it writes, each once', () => {
    for (const main of [1, 4, 24]) {
      const { encoder, names } = newEncoder(main)
      expect(names.length).toBe(encoder.features)
      expect(new Set(names).size).toBe(names.length)
    }
  })

  it('writes finite features within ±6 for any values, gaps and stand-ins', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 4, 24),
        fc.array(fc.tuple(hostile, fc.boolean(), fc.integer({ min: 0, max: 1e6 })), {
          minLength: 1,
          maxLength: 60,
        }),
        (main, samples) => {
          const { encoder, numbers, encode } = newEncoder(main)
          let index = -20
          samples.forEach(([value, observed, gap], i) => {
            index += 1 + gap
            if (gap > 0 && i > 0) encoder.bridge(numbers, index - gap, index)
            const stands = observed || i === 0 ? value : encoder.expected(numbers, index)
            for (const feature of encode(index, stands, observed || i === 0, gap)) {
              expect(Math.abs(feature)).toBeLessThanOrEqual(6)
            }
          })
        },
      ),
    )
  })

  it('says where in the day and in the week a sample stands', () => {
    // By hand, S = 4: index 1 is a quarter of the day, index 7 a quarter of the week of 28.
    const { encode, feature } = newEncoder(4)
    const quarter = encode(1, 10)
    expect(feature(quarter, 'main-sin')).toBeCloseTo(1, 6)
    expect(feature(quarter, 'main-cos')).toBeCloseTo(0, 6)
    expect(feature(quarter, 'main-cos-2')).toBeCloseTo(-1, 6)
    for (let index = 2; index < 7; index++) encode(index, 10)
    const week = encode(7, 10)
    expect(feature(week, 'week-sin')).toBeCloseTo(1, 6)
    expect(feature(week, 'week-cos')).toBeCloseTo(0, 6)
  })

  it('says whether a sample was observed and how long the gap before it was', () => {
    const { encode, feature, encoder, numbers } = newEncoder(4)
    expect(feature(encode(0, 1), 'observed')).toBe(1)
    const filled = encode(1, encoder.expected(numbers, 1), false)
    expect(feature(filled, 'observed')).toBe(0)
    // By hand: log(1 + 9).
    expect(feature(encode(11, 1, true, 9), 'gap')).toBeCloseTo(Math.LN10, 5)
  })

  it('learns no scale and no profile from what was not observed', () => {
    const { encode, encoder, numbers } = newEncoder(4)
    for (const [index, value] of [5, 6, 7, 6, 5].entries()) encode(index, value)
    const before = [
      encoder.scale.mean(numbers),
      encoder.scale.spread(numbers),
      encoder.profile.level(numbers),
    ]
    encode(5, 1e6, false)
    expect([
      encoder.scale.mean(numbers),
      encoder.scale.spread(numbers),
      encoder.profile.level(numbers),
    ]).toEqual(before)
  })

  it('writes the same features for the same series in another unit', () => {
    // Property: every feature is a ratio of values in the series' own unit; powers of two keep the arithmetic exact.
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 3, maxLength: 60 }),
        fc.constantFrom(2 ** -4, 2 ** 10, 2 ** 40),
        (values, unit) => {
          const one = newEncoder(4)
          const other = newEncoder(4)
          // It moves at once, so that the smallest scale that is ever divided by plays no part.
          for (const [index, value] of [0, 50, ...values].entries()) {
            const rows = [one.encode(index, value), other.encode(index, value * unit)]
            for (let f = 0; f < rows[0].length; f++) expect(rows[1][f]).toBeCloseTo(rows[0][f], 4)
          }
        },
      ),
      { numRuns: 50 },
    )
  })

  it('fills a gap too long to step through with what its profile expects', () => {
    const { encode, encoder, numbers } = newEncoder(4)
    const day = [1, 2, 3, 4]
    for (let index = 0; index < 400; index++) encode(index, day[index % 4])
    encoder.bridge(numbers, 400, 1000)
    for (let index = 990; index < 1000; index++) {
      expect(encoder.history.get(numbers, index)).toBe(encoder.expected(numbers, index))
      // By hand: the level, over 28 values, moves by at most 3 / 28 within the day.
      expect(Math.abs(encoder.history.get(numbers, index) - day[index % 4])).toBeLessThan(3 / 28)
    }
  })
})
