import { describe, expect, it } from 'vitest'
import { createLeastSquares } from '#shared/regression/kernel/kernel-least-squares'
import type { LeastSquares } from '#shared/regression/least-squares'
import { makeNoisySeries } from './noisy-series.js'
import { PlainLeastSquares } from './plain-least-squares.js'
import { solveRidge } from './solve-ridge.js'

interface Sample {
  readonly slot: number
  readonly index: number
  readonly value: number
  readonly row: readonly number[]
  readonly anchors: readonly number[]
  readonly learns?: boolean
}

function advance(regression: LeastSquares, samples: readonly Sample[]): Float32Array {
  const out = new Float32Array(samples.length * regression.leads)
  regression.advance({
    slots: Int32Array.from(samples, (s) => s.slot),
    indices: Float64Array.from(samples, (s) => s.index),
    values: Float32Array.from(samples, (s) => s.value),
    learns: Uint8Array.from(samples, (s) => (s.learns === false ? 0 : 1)),
    rows: Float32Array.from(samples.flatMap((s) => s.row)),
    anchors: Float32Array.from(samples.flatMap((s) => s.anchors)),
    out,
  })
  return out
}

const persistence = (value: number, leads: number) => new Array<number>(leads).fill(value)

describe('recursive least squares', () => {
  // With λ = 1 nothing is forgotten and no ridge put back: the recursion's solution is the batch's in exact arithmetic.
  it.each([1, 12, 24])('is the ridge solution on the matured pairs of lead %i', (lead) => {
    const features = 7
    const leads = 24
    const { values, rows } = makeNoisySeries(400, features, 1)
    const regression = createLeastSquares({ features, leads, forgetting: 1, ridge: 1 })
    const slot = regression.allocate()
    let out: Float32Array = new Float32Array(0)
    for (const [t, value] of values.entries()) {
      out = advance(regression, [
        { slot, index: 1000 + t, value, row: rows[t]!, anchors: persistence(value, leads) },
      ])
    }
    const now = values.length - 1
    const pairs = rows
      .slice(0, now - lead + 1)
      .map((x, s) => ({ x, target: values[s + lead]! - values[s]!, weight: 1 }))
    const w = solveRidge(pairs, features, 1)
    const expected = values[now]! + rows[now]!.reduce((sum, x, i) => sum + x * w[i]!, 0)
    expect(out[lead - 1]).toBeCloseTo(expected, 3)
    // The pair that matures next is not in it.
    const early = solveRidge(pairs.slice(0, -20), features, 1)
    const other = values[now]! + rows[now]!.reduce((sum, x, i) => sum + x * early[i]!, 0)
    expect(Math.abs(out[lead - 1]! - other)).toBeGreaterThan(0.002)
  })

  it('weighs a pair by the forgetting to the power of its age', () => {
    const features = 3
    const forgetting = 0.98
    const { values, rows } = makeNoisySeries(300, features, 2)
    const regression = createLeastSquares({ features, leads: 1, forgetting, ridge: 1e-4 })
    const slot = regression.allocate()
    let out: Float32Array = new Float32Array(0)
    for (const [t, value] of values.entries()) {
      out = advance(regression, [{ slot, index: t, value, row: rows[t]!, anchors: [value] }])
    }
    const now = values.length - 1
    const weighed = (base: number) => {
      const pairs = rows
        .slice(0, now)
        .map((x, s) => ({ x, target: values[s + 1]! - values[s]!, weight: base ** (now - 1 - s) }))
      const w = solveRidge(pairs, features, 1e-4)
      return values[now]! + rows[now]!.reduce((sum, x, i) => sum + x * w[i]!, 0)
    }
    expect(out[0]).toBeCloseTo(weighed(forgetting), 3)
    expect(Math.abs(out[0]! - weighed(1))).toBeGreaterThan(0.002)
  })

  // The bound is the model findings' (-2 § 3.1).
  it('forecasts within 0.3 % of float64', () => {
    const features = 25
    const leads = 24
    const { values, rows } = makeNoisySeries(3000, features, 3)
    const regression = createLeastSquares({ features, leads, forgetting: 0.9999, ridge: 1 })
    const plain = new PlainLeastSquares(features, leads, 0.9999, 1)
    const slot = regression.allocate()
    const squares = [0, 0]
    let apart = 0
    for (const [t, value] of values.entries()) {
      const anchors = persistence(value, leads)
      const out = advance(regression, [{ slot, index: t, value, row: rows[t]!, anchors }])
      const exact = plain.advance(value, rows[t]!, anchors)
      for (const lead of [1, 12, 24]) {
        if (t < 1000 || t + lead >= values.length) continue
        const target = values[t + lead]!
        squares[0]! += (out[lead - 1]! - target) ** 2
        squares[1]! += (exact[lead - 1]! - target) ** 2
        apart = Math.max(apart, Math.abs(out[lead - 1]! - exact[lead - 1]!))
      }
    }
    expect(Math.abs(squares[0]! / squares[1]! - 1)).toBeLessThan(0.003)
    expect(apart).toBeLessThan(0.02)
  })

  it('issues the anchors of a slot that has learned nothing, and of leads that are not learned', () => {
    const regression = createLeastSquares({
      features: 2,
      leads: 5,
      leadsLearned: 2,
      forgetting: 0.999,
      ridge: 1,
    })
    const slot = regression.allocate()
    const anchors = [1, 2, 3, 4, 5]
    expect([...advance(regression, [{ slot, index: 0, value: 9, row: [1, 1], anchors }])]).toEqual(anchors)
    const out = advance(regression, [{ slot, index: 1, value: 9, row: [1, 1], anchors }])
    expect(out[0]).not.toBe(1)
    expect([...out.subarray(2)]).toEqual([3, 4, 5])
  })

  it('gives a series the same bits in any batch', () => {
    const features = 6
    const leads = 5
    const series = Array.from({ length: 48 }, (_, i) => makeNoisySeries(60, features, i + 10))
    const run = (size: number) => {
      const regression = createLeastSquares({ features, leads, forgetting: 0.999, ridge: 1 })
      const slots = series.map(() => regression.allocate())
      const saved: Float32Array[] = []
      for (let t = 0; t < 60; t++) {
        for (let first = 0; first < 48; first += size) {
          const samples = series.slice(first, first + size).map(({ values, rows }, i) => ({
            slot: slots[first + i]!,
            index: t + first + i,
            value: values[t]!,
            row: rows[t]!,
            anchors: persistence(values[t]!, leads),
          }))
          saved.push(advance(regression, samples))
        }
      }
      return saved.flatMap((part) => [...part])
    }
    const alone = run(1)
    expect(run(7)).toEqual(alone)
    expect(run(48)).toEqual(alone)
    expect(alone.every(Number.isFinite)).toBe(true)
  })
})

describe('a gap', () => {
  const features = 4
  const leads = 6
  const make = () => createLeastSquares({ features, leads, forgetting: 1, ridge: 1 })
  const { values, rows } = makeNoisySeries(200, features, 4)

  // Pairs whose origin or target is missing are left out of the batch's pairs too.
  it.each([1, 3, 6])('matches no origin with a wrong target, at lead %i', (lead) => {
    const regression = make()
    const slot = regression.allocate()
    const missing = (t: number) => (t >= 50 && t < 53) || (t >= 100 && t < 140) || t === 151
    const standsIn = (t: number) => t === 120 || (t >= 160 && t < 164)
    let out: Float32Array = new Float32Array(0)
    for (const [t, value] of values.entries()) {
      if (missing(t)) continue
      const sample = { slot, index: t, row: rows[t]!, anchors: persistence(value, leads) }
      out = advance(regression, [
        standsIn(t) ? { ...sample, value: 1e3, learns: false } : { ...sample, value },
      ])
    }
    const usable = (t: number) => !missing(t) && !standsIn(t)
    const now = values.length - 1
    const pairs: { x: number[]; target: number; weight: number }[] = []
    for (let s = 0; s + lead <= now; s++) {
      if (usable(s) && usable(s + lead)) {
        pairs.push({ x: rows[s]!, target: values[s + lead]! - values[s]!, weight: 1 })
      }
    }
    // The covariance takes a row up when it comes, whether or not its target does: rows without target weigh as if they
    // had been forecast rightly, so the batch's solution is only close.
    const w = solveRidge(pairs, features, 1)
    const expected = values[now]! + rows[now]!.reduce((sum, x, i) => sum + x * w[i]!, 0)
    expect(Math.abs(out[lead - 1]! - expected)).toBeLessThan(0.05)
  })

  it('refuses an index that does not follow, and moves nothing', () => {
    const regression = make()
    const slot = regression.allocate()
    const sample = { slot, value: 1, row: rows[0]!, anchors: persistence(1, leads) }
    advance(regression, [{ ...sample, index: 7 }])
    const before = new Float32Array(regression.savedLength)
    regression.save(slot, before, 0)
    const other = regression.allocate()
    const batch = [
      { ...sample, slot: other, index: 0 },
      { ...sample, index: 7 },
    ]
    expect(() => advance(regression, batch)).toThrow(RangeError)
    const after = new Float32Array(regression.savedLength)
    regression.save(slot, after, 0)
    expect(after).toEqual(before)
    advance(regression, [{ ...sample, slot: other, index: 0 }])
  })
})

describe('a slot', () => {
  const features = 5
  const leads = 4
  const { values, rows } = makeNoisySeries(120, features, 5)
  const sampleAt = (slot: number, t: number): Sample => ({
    slot,
    index: t,
    value: values[t]!,
    row: rows[t]!,
    anchors: persistence(values[t]!, leads),
  })
  const make = () => createLeastSquares({ features, leads, forgetting: 0.999, ridge: 1 })

  it('continues from what was saved bit for bit, in another regression too', () => {
    const first = make()
    const slot = first.allocate()
    for (let t = 0; t < 70; t++) advance(first, [sampleAt(slot, t)])
    const saved = new Float32Array(first.savedLength + 3)
    first.save(slot, saved, 3)
    const second = make()
    second.allocate()
    const other = second.allocate()
    second.restore(other, saved, 3)
    for (let t = 73; t < 120; t++) {
      expect(advance(second, [sampleAt(other, t)])).toEqual(advance(first, [sampleAt(slot, t)]))
    }
  })

  it('is new again when it was freed and taken again', () => {
    const regression = make()
    const slot = regression.allocate()
    for (let t = 0; t < 70; t++) advance(regression, [sampleAt(slot, t)])
    regression.free(slot)
    expect(() => advance(regression, [sampleAt(slot, 70)])).toThrow(RangeError)
    expect(regression.allocate()).toBe(slot)
    const fresh = regression.allocate()
    for (let t = 0; t < 40; t++) {
      expect(advance(regression, [sampleAt(slot, t)])).toEqual(advance(regression, [sampleAt(fresh, t)]))
    }
  })

  it('knows nothing of another, whose values are no numbers', () => {
    const regression = make()
    const slot = regression.allocate()
    const wild = regression.allocate()
    const alone = make()
    const only = alone.allocate()
    for (let t = 0; t < 100; t++) {
      const bad = { ...sampleAt(wild, t), value: t % 3 === 0 ? NaN : Infinity, row: rows[t]!.map(() => NaN) }
      const both = advance(regression, [bad, sampleAt(slot, t)])
      expect(both.subarray(leads)).toEqual(advance(alone, [sampleAt(only, t)]))
      expect([...both.subarray(0, leads)].every(Number.isFinite)).toBe(true)
    }
  })

  it('learns nothing from what is outdated, and from all that comes later', () => {
    const regression = make()
    const slot = regression.allocate()
    const undisturbed = regression.allocate()
    for (let t = 0; t < 70; t++) advance(regression, [sampleAt(slot, t), sampleAt(undisturbed, t)])
    regression.outdate(slot)
    const jump = {
      ...sampleAt(slot, 70),
      value: 1e6,
      row: rows[70]!.map(() => 0),
      anchors: persistence(0, leads),
    }
    // The row is zero, so that the forecast is the anchor: what was learned shows at the next one.
    expect([...advance(regression, [jump])]).toEqual(persistence(0, leads))
    const after = advance(regression, [{ ...sampleAt(slot, 71), learns: false }])
    for (const value of after) expect(Math.abs(value)).toBeLessThan(100)
    advance(regression, [{ ...jump, slot: undisturbed }])
    const disturbed = advance(regression, [{ ...sampleAt(undisturbed, 71), learns: false }])
    expect(Math.max(...disturbed.map(Math.abs))).toBeGreaterThan(1000)
  })

  it('says which index may follow', () => {
    const regression = make()
    const slot = regression.allocate()
    expect(regression.nextIndex(slot)).toBe(0)
    advance(regression, [sampleAt(slot, 41)])
    expect(regression.nextIndex(slot)).toBe(42)
    regression.clear(slot)
    expect(regression.nextIndex(slot)).toBe(0)
  })
})
