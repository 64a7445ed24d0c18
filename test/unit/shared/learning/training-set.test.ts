import { describe, expect, it } from 'vitest'
import { TrainingSet } from '#shared/learning/training-set'

function fill(set: TrainingSet, series: string, from: number, to: number) {
  for (let i = from; i < to; i++) set.add(series, Float32Array.of(i, -i), i, 1 + i, i % 2 === 0)
}

describe('TrainingSet', () => {
  it('gives back what was added, in order', () => {
    const set = new TrainingSet({ samplesMax: 1000, features: 2, horizon: 3 })
    fill(set, 'a', 0, 200)
    fill(set, 'b', 0, 5)
    const [a, b] = set.series()
    expect([a!.series, b!.series]).toEqual(['a', 'b'])
    expect([...a!.values]).toEqual(Array.from({ length: 200 }, (_, i) => i))
    expect([...a!.features.subarray(398)]).toEqual([199, -199])
    expect([...b!.scales]).toEqual([1, 2, 3, 4, 5])
    expect([...b!.observed]).toEqual([1, 0, 1, 0, 1])
  })

  it('does not change what it gave when more samples come', () => {
    const set = new TrainingSet({ samplesMax: 100, features: 2, horizon: 3 })
    fill(set, 'a', 0, 90)
    const [given] = set.series()
    const copy = structuredClone(given)
    fill(set, 'a', 90, 1000)
    expect(given).toEqual(copy)
  })

  it('cuts a series at a gap and forgets a stretch that is no longer than the horizon', () => {
    const set = new TrainingSet({ samplesMax: 1000, features: 2, horizon: 3 })
    fill(set, 'a', 0, 10)
    set.break('a')
    fill(set, 'a', 20, 23)
    set.break('a')
    fill(set, 'a', 30, 34)
    set.break('unknown')
    expect(set.series().map(({ values }) => [...values])).toEqual([
      Array.from({ length: 10 }, (_, i) => i),
      [30, 31, 32, 33],
    ])
    expect(set.samples).toBe(14)
  })

  it('never holds more than its bound, and takes the oldest samples of the longest series', () => {
    const set = new TrainingSet({ samplesMax: 100, features: 2, horizon: 3 })
    fill(set, 'short', 0, 20)
    fill(set, 'long', 0, 30)
    set.break('long')
    for (let i = 100; i < 400; i++) {
      fill(set, 'long', i, i + 1)
      expect(set.samples).toBeLessThanOrEqual(100)
    }
    const [short, long, ...others] = set.series()
    expect(others).toEqual([])
    expect(short!.values.length).toBe(20)
    expect(long!.values.at(-1)).toBe(399)
    expect(long!.values.length).toBeGreaterThan(75)
    expect(set.samples).toBe(20 + long!.values.length)
  })
})
