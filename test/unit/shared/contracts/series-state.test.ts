import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CorruptStateError,
  decodeSeriesState,
  encodeSeriesState,
  type SavedLane,
} from '#shared/contracts/series-state'
import type { SavedRegression } from '#shared/regression/regression-arenas'
import { NO_LANE, SeriesState } from '#shared/series-state/series-state'

const SIZE = 7

const anyNumber = fc.double()
/** A hidden state of a net with one layer, with two, or none at all. */
const anyLane: fc.Arbitrary<SavedLane> = fc.oneof(
  fc.constant(null),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }))
    .chain(([units, parts]) =>
      fc
        .array(fc.float(), { minLength: units * parts, maxLength: units * parts })
        .map((values) => ({ shape: { units, parts }, values: Float32Array.from(values) })),
    ),
)
const anyRegression: fc.Arbitrary<SavedRegression | null> = fc.oneof(
  fc.constant(null),
  fc.record({
    features: fc.integer({ min: 1, max: 90 }),
    values: fc.array(fc.float(), { maxLength: 9 }).map((values) => Float32Array.from(values)),
  }),
)
const anyState = fc
  .record({
    lastTimeMs: fc.oneof(fc.constant(Number.NEGATIVE_INFINITY), fc.integer({ min: -8e15, max: 8e15 })),
    lastIndex: fc.maxSafeInteger().map((index) => index + 0),
    phaseMs: fc.double({ min: -4e7, max: 4e7, noNaN: true }).map((phase) => phase + 0),
    fresh: fc.boolean(),
    samples: fc.nat(),
    clipRun: fc.integer(),
    lastOffset: fc.maxSafeNat(),
    held: fc.array(
      fc.record({
        series: fc.string(),
        timeMs: fc.integer(),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        offset: fc.maxSafeNat(),
      }),
      { maxLength: 5 },
    ),
    versions: fc.tuple(fc.nat(), fc.nat()),
    steps: fc.tuple(fc.nat(), fc.nat()),
    firstOffset: fc.maxSafeNat(),
    numbers: fc.array(anyNumber, { minLength: SIZE, maxLength: SIZE }),
    hidden: fc.tuple(anyLane, anyLane),
    saved: fc.tuple(anyRegression, anyRegression, anyRegression, anyRegression),
  })
  .map(({ versions, steps, firstOffset, numbers, hidden, saved, ...fields }) => {
    const state = new SeriesState('a', firstOffset, Float64Array.from(numbers))
    Object.assign(state, fields)
    for (const lane of [0, 1] as const) {
      state.laneVersions[lane] = versions[lane]
      state.laneSteps[lane] = steps[lane]
    }
    return { state, hidden, saved }
  })

const newSeries = (firstOffset: number) => new SeriesState('a', firstOffset, new Float64Array(SIZE))
const bits = (array: Float64Array | Float32Array) => [...new Uint8Array(array.buffer.slice(0))]

describe('a saved series state', () => {
  it('comes back as it was, bit for bit, wherever its bytes lie', () => {
    fc.assert(
      fc.property(anyState, fc.integer({ min: 0, max: 9 }), ({ state, hidden, saved }, shift) => {
        const bytes = encodeSeriesState(state, hidden, saved)
        const moved = new Uint8Array(bytes.length + 16)
        moved.set(bytes, shift)
        const back = decodeSeriesState(moved.subarray(shift, shift + bytes.length), newSeries)
        const { numbers, lanes: _, regressions: __, dirtyFrom: ___, ...fields } = state
        expect(back.state).toMatchObject(fields)
        expect(bits(back.state.numbers)).toEqual(bits(numbers))
        expect(back.hidden.map((lane) => lane?.shape)).toEqual(hidden.map((lane) => lane?.shape))
        expect(back.hidden.map((lane) => lane && bits(lane.values))).toEqual(
          hidden.map((lane) => lane && bits(lane.values)),
        )
        expect(back.regressions.map((it) => it && [it.features, ...bits(it.values)])).toEqual(
          saved.map((it) => it && [it.features, ...bits(it.values)]),
        )
        expect(back.state.lanes).toEqual([NO_LANE, NO_LANE])
        expect(back.state.regressions).toEqual([null, null, null, null])
        expect(back.state.dirtyFrom).toBe(-1)
      }),
    )
  })

  it('is the same bytes each time', () => {
    fc.assert(
      fc.property(anyState, ({ state, hidden, saved }) => {
        expect(encodeSeriesState(state, hidden, saved)).toEqual(encodeSeriesState(state, hidden, saved))
      }),
      { numRuns: 20 },
    )
  })

  it('is refused when it is cut, of another size or of another format', () => {
    const state = newSeries(0)
    const lane = { shape: { units: 3, parts: 1 }, values: new Float32Array(3) }
    const hidden = [lane, lane] as const
    const bytes = encodeSeriesState(
      state,
      [...hidden],
      [{ features: 2, values: new Float32Array(5) }, null, null],
    )
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSeriesState(bytes.slice(0, length), newSeries)).toThrow(CorruptStateError)
    }
    const larger = (offset: number) => new SeriesState('a', offset, new Float64Array(SIZE + 1))
    expect(() => decodeSeriesState(bytes, larger)).toThrow(/size/)
    const other = Uint8Array.from(bytes)
    other[0] = 1
    expect(() => decodeSeriesState(other, newSeries)).toThrow(/format 3/)
    const broken = Uint8Array.from(bytes)
    broken[9] = 0
    expect(() => decodeSeriesState(broken, newSeries)).toThrow(/header/)
  })
})
