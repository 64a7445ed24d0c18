import { assert, integer, property, record } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TrainingSet } from '#shared/learning/training-set'

const options = { features: 2, horizon: 3, cadenceMs: 1000, seed: 1, memory: 1e9 }

/** Sample i of a series has the value i and comes at i seconds. */
function fill(set: TrainingSet, series: string, from: number, to: number) {
  for (let i = from; i < to; i++) set.add(series, Float32Array.of(i, -i), i, 1 + i, i % 2 === 0, i * 1000)
}

const valuesOf = (set: TrainingSet) => set.series().map(({ values }) => [...values])
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i)

/** Values held of each series. */
function heldOf(set: TrainingSet): Map<string, number[]> {
  const held = new Map<string, number[]>()
  for (const { series, values } of set.series()) held.set(series, [...(held.get(series) ?? []), ...values])
  return held
}

describe('TrainingSet', () => {
  it('gives back what was added, in order', () => {
    const set = new TrainingSet(options)
    fill(set, 'a', 0, 200)
    fill(set, 'b', 0, 5)
    const [a, b] = set.series()
    expect([a!.series, b!.series]).toEqual(['a', 'b'])
    expect([...a!.values]).toEqual(range(0, 200))
    expect([...a!.features.subarray(398)]).toEqual([199, -199])
    expect([...b!.scales]).toEqual([1, 2, 3, 4, 5])
    expect([...b!.observed]).toEqual([1, 0, 1, 0, 1])
  })

  it('does not change what it gave when more samples come', () => {
    const set = new TrainingSet({ ...options, memory: 10_000 })
    fill(set, 'a', 0, 90)
    const [given] = set.series()
    const copy = structuredClone(given)
    fill(set, 'a', 90, 5000)
    expect(given).toEqual(copy)
  })

  it('cuts a series at a gap and forgets a stretch that is no longer than the horizon', () => {
    const set = new TrainingSet(options)
    fill(set, 'a', 0, 10)
    set.break('a')
    fill(set, 'a', 20, 23)
    set.break('a')
    fill(set, 'a', 30, 34)
    set.break('unknown')
    expect(valuesOf(set)).toEqual([range(0, 10), [30, 31, 32, 33]])
    expect(set.samples).toBe(14)
  })

  it('leaves out spans, of one series or of all, and gives them back when they are taken back', () => {
    const set = new TrainingSet(options)
    fill(set, 'a', 0, 20)
    fill(set, 'b', 0, 20)
    set.leaveOut([
      { series: null, fromMs: 2500, toMs: 5000 },
      { series: 'b', fromMs: 10_000, toMs: 99_000 },
    ])
    expect(valuesOf(set)).toEqual([range(0, 3), range(5, 20), range(0, 3), range(5, 10)])
    set.leaveOut([])
    expect(valuesOf(set)).toEqual([range(0, 20), range(0, 20)])
  })

  it('keeps its bound for any number and length of series, and something of each while there is room for a floor of each', () => {
    const floor = 256 + 1024 + 35 * 25
    assert(
      property(
        record({
          series: integer({ min: 1, max: 40 }),
          length: integer({ min: 1, max: 1500 }),
          seed: integer(),
        }),
        ({ series, length, seed }) => {
          const set = new TrainingSet({ ...options, memory: 120_000, seed })
          for (let i = 0; i < length; i++)
            for (let s = 0; s < series; s++) {
              // The last series is rare.
              if (s === series - 1 && i % 30 > 0) continue
              fill(set, `s${s}`, i, i + 1)
              if (set.bytes > 120_000) throw new Error(`${set.bytes} bytes are held`)
            }
          if (series * floor > 0.9 * 120_000) return
          const held = heldOf(set)
          for (let s = 0; s < series; s++) {
            const came = s === series - 1 ? Math.ceil(length / 30) : length
            expect(held.get(`s${s}`)?.length ?? 0).toBeGreaterThanOrEqual(Math.min(came, 17))
          }
        },
      ),
      { numRuns: 20 },
    )
  })

  it('keeps all of a rare series while busy ones fill it', () => {
    const set = new TrainingSet({ ...options, memory: 200_000 })
    for (let i = 0; i < 20_000; i++) {
      fill(set, `busy${i % 4}`, i, i + 1)
      if (i % 500 === 0) fill(set, 'rare', i, i + 1)
    }
    expect(heldOf(set).get('rare')).toHaveLength(40)
  })

  it('keeps the newest samples, and of the past a uniform sample: each quarter of it has its share over seeds', () => {
    const quarters = [0, 0, 0, 0]
    let total = 0
    const length = 20_000
    for (let seed = 0; seed < 40; seed++) {
      const set = new TrainingSet({ ...options, memory: 100_000, seed })
      fill(set, 'a', 0, length)
      const held = heldOf(set).get('a')!
      expect(held.slice(-900)).toEqual(range(length - 900, length))
      const past = held.filter((value) => value < length - 3000)
      for (const value of past) quarters[Math.floor((4 * value) / (length - 3000))]! += 1
      total += past.length
    }
    // Some 12 blocks in each of 40 runs: a quarter's share has a standard deviation of √(.25 × .75 / 480) = .02.
    for (const count of quarters) expect(Math.abs(count / total - 0.25)).toBeLessThan(0.08)
  })

  it('gives series turns where there are too many, so that each is held at some time, with all its outcomes', () => {
    const set = new TrainingSet({ ...options, memory: 150_000 })
    const seen = new Set<string>()
    for (let i = 0; i < 4000; i++) {
      for (let s = 0; s < 200; s++) fill(set, `s${s}`, i, i + 1)
      expect(set.bytes).toBeLessThanOrEqual(150_000)
      if (i % 50 > 0) continue
      for (const [series, held] of heldOf(set)) if (held.length > 32) seen.add(series)
    }
    expect(seen.size).toBe(200)
  })

  it('holds the same for the same samples and seed, and another past for another seed', () => {
    const held = (seed: number) => {
      const set = new TrainingSet({ ...options, memory: 60_000, seed })
      for (let i = 0; i < 6000; i++) for (const series of ['a', 'b']) fill(set, series, i, i + 1)
      return valuesOf(set)
    }
    expect(held(1)).toEqual(held(1))
    expect(held(1)).not.toEqual(held(2))
  })
})
