import { describe, expect, it } from 'vitest'
import { createLeastSquares } from '#shared/regression/kernel/kernel-least-squares'
import type { LeastSquares } from '#shared/regression/least-squares'
import { makeNoisySeries } from './noisy-series.js'
import { solveRidge } from './solve-ridge.js'

const FEATURES = 5
const LEADS = 6
const FORGETTING = 0.999
const FAST = { leads: 3, forgetting: 0.99 }

interface Said {
  readonly out: Float32Array
  readonly fastOut: Float32Array
}

const make = (fast: typeof FAST | undefined = FAST) =>
  createLeastSquares({
    ...{ features: FEATURES, leads: LEADS, forgetting: FORGETTING, ridge: 1e-3 },
    ...(fast ? { fast } : {}),
  })

/** Take one sample of each slot up; anchors are the values. */
function advance(
  regression: LeastSquares,
  slots: readonly number[],
  t: number,
  values: readonly number[],
  rows: readonly number[][],
): Said {
  const leads = slots.length * LEADS
  const [out, fastOut] = [new Float32Array(leads), new Float32Array(leads)]
  regression.advance({
    slots: Int32Array.from(slots),
    indices: new Float64Array(slots.length).fill(t),
    values: Float32Array.from(values),
    learns: new Uint8Array(slots.length).fill(1),
    rows: Float32Array.from(rows.flat()),
    anchors: Float32Array.from(values.flatMap((value) => new Array<number>(LEADS).fill(value))),
    ...{ out, fastOut },
  })
  return { out, fastOut }
}

function runThrough(regression: LeastSquares, values: readonly number[], rows: readonly number[][]): Said {
  const slot = regression.allocate()
  let said: Said = { out: new Float32Array(0), fastOut: new Float32Array(0) }
  for (const [t, value] of values.entries()) said = advance(regression, [slot], t, [value], [rows[t]!])
  return said
}

describe('leads that are learned a second time with a shorter memory', () => {
  it.each([1, 3])('are near the ridge solution of that memory, at lead %i', (lead) => {
    let [apart, apartOfOthers] = [0, 0]
    for (let seed = 30; seed < 40; seed++) {
      const { values, rows } = makeNoisySeries(1500, FEATURES, seed)
      const { out, fastOut } = runThrough(make(), values, rows)
      const now = values.length - 1
      const pairs = rows.slice(0, now - lead + 1).map((x, s) => ({
        x,
        target: values[s + lead]! - values[s]!,
        weight: FAST.forgetting ** (now - lead - s),
      }))
      const w = solveRidge(pairs, FEATURES, 1e-3)
      const exact = values[now]! + rows[now]!.reduce((sum, x, i) => sum + x * w[i]!, 0)
      apart += (fastOut[lead - 1]! - exact) ** 2
      apartOfOthers += (out[lead - 1]! - exact) ** 2
    }
    expect(apart).toBeLessThan(apartOfOthers / 4)
  })

  it('say what the others say where their memory is as long', () => {
    const { values, rows } = makeNoisySeries(300, FEATURES, 41)
    const { out, fastOut } = runThrough(make({ leads: 3, forgetting: FORGETTING }), values, rows)
    for (let h = 0; h < LEADS; h++) expect(fastOut[h]).toBeCloseTo(out[h]!, 4)
  })

  it('change nothing in the others, and beyond them say what those say', () => {
    const { values, rows } = makeNoisySeries(300, FEATURES, 42)
    const { out, fastOut } = runThrough(make(), values, rows)
    expect(out).toEqual(runThrough(make(undefined), values, rows).out)
    expect(fastOut.subarray(3)).toEqual(out.subarray(3))
    for (let h = 0; h < 3; h++) expect(fastOut[h]).not.toBe(out[h])
  })

  it('follow a relation that turns round sooner', () => {
    const { rows } = makeNoisySeries(1400, FEATURES, 43)
    // What is to come one step on is the first regressor, and from the 1,000th sample on its opposite.
    const values = rows.map((_, t) => (t === 0 ? 0 : (t < 1000 ? 1 : -1) * rows[t - 1]![0]!))
    const regression = make()
    const slot = regression.allocate()
    const errors = [0, 0]
    for (let t = 0; t + 1 < values.length; t++) {
      const { out, fastOut } = advance(regression, [slot], t, [values[t]!], [rows[t]!])
      if (t < 1100) continue
      errors[0]! += (out[0]! - values[t + 1]!) ** 2
      errors[1]! += (fastOut[0]! - values[t + 1]!) ** 2
    }
    expect(errors[1]!).toBeLessThan(errors[0]! / 3)
  })

  it('are the same bits in any batch, and go on from what was saved', () => {
    const series = [50, 51, 52].map((seed) => makeNoisySeries(120, FEATURES, seed))
    const together = make()
    const slots = series.map(() => together.allocate())
    const alone = series.map(() => {
      const regression = make()
      return { regression, slot: regression.allocate() }
    })
    for (let t = 0; t < 120; t++) {
      const all = advance(
        together,
        slots,
        t,
        series.map(({ values }) => values[t]!),
        series.map(({ rows }) => rows[t]!),
      )
      for (const [i, { values, rows }] of series.entries()) {
        const own = alone[i]!
        if (t === 60) {
          const saved = new Float32Array(own.regression.savedLength)
          own.regression.save(own.slot, saved, 0)
          own.regression = make()
          own.slot = own.regression.allocate()
          own.regression.restore(own.slot, saved, 0)
        }
        const { fastOut } = advance(own.regression, [own.slot], t, [values[t]!], [rows[t]!])
        expect(fastOut).toEqual(all.fastOut.subarray(i * LEADS, (i + 1) * LEADS))
      }
    }
  })

  it('are no more than are learned, and forget no less', () => {
    expect(() => make({ leads: LEADS + 1, forgetting: 0.99 })).toThrow(RangeError)
    expect(() => make({ leads: 3, forgetting: 0.9999 })).toThrow(RangeError)
    expect(() => make({ leads: 1.5, forgetting: 0.99 })).toThrow(RangeError)
  })
})
