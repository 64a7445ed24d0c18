import { describe, expect, it } from 'vitest'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { detectSeason } from '#shared/series/detect-season'

const normal = (random: SeededRandom) =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())

const made = (length: number, valueAt: (index: number) => number) =>
  Float64Array.from({ length }, (_, index) => valueAt(index))

describe('detectSeason', () => {
  it('finds the period of a wave under noise of the same power, in a trend', () => {
    const random = new SeededRandom(1)
    const series = [1, 2, 3].map(() =>
      made(2000, (i) => Math.sin((2 * Math.PI * i) / 37) + 0.7 * normal(random) + i / 50),
    )
    expect(detectSeason(series, 1440)).toBe(37)
  })

  it('finds a short pulse that repeats, and not a multiple of its period', () => {
    const random = new SeededRandom(2)
    expect(detectSeason([made(1200, (i) => (i % 60 < 5 ? 10 : 0) + 0.1 * normal(random))], 1440)).toBe(60)
  })

  it('finds an alternation', () => {
    expect(detectSeason([made(200, (i) => i % 2)], 1440)).toBe(2)
  })

  it('bears missing samples', () => {
    const random = new SeededRandom(3)
    const gaps = made(3000, (i) => (random.uniform() < 0.2 ? Number.NaN : Math.sin((2 * Math.PI * i) / 50)))
    expect(detectSeason([gaps], 1440)).toBe(50)
  })

  it('looks no further than it is told', () => {
    expect(detectSeason([made(4000, (i) => Math.sin((2 * Math.PI * i) / 200))], 100)).toBe(1)
  })

  it.each([
    ['nothing', []],
    ['an empty series', [new Float64Array()]],
    ['one sample', [made(1, () => 1)]],
    ['a constant', [made(500, () => 1e9)]],
    ['a straight line', [made(500, (i) => 3 + 0.1 * i)]],
    ['nothing but gaps', [made(500, () => Number.NaN)]],
  ])('finds none in %s', (_, series) => {
    expect(detectSeason(series as Float64Array[], 1440)).toBe(1)
  })

  it.each([
    ['white noise', (step: number) => step],
    ['random walks', (step: number, before: number) => before + step],
    ['slow autoregressions', (step: number, before: number) => 0.97 * before + step],
  ])('finds a season in at most 5 of 100 pairs of %s', (_, next) => {
    let found = 0
    for (let seed = 1; seed <= 100; seed++) {
      const random = new SeededRandom(100 + seed)
      const pair = [0, 1].map(() => {
        let value = 0
        return made(600, () => {
          value = next(normal(random), value)
          return value
        })
      })
      if (detectSeason(pair, 1440) > 1) found++
    }
    expect(found).toBeLessThanOrEqual(5)
  })
})
