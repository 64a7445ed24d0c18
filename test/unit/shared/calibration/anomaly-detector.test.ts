import { describe, expect, it } from 'vitest'
import { AnomalyDetector, type SurprisingSample } from '#shared/calibration/anomaly-detector'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { StateLayout } from '#shared/series-state/state-layout'

function newDetector(falseAlarmsPer10k = 5) {
  const layout = new StateLayout()
  const detector = new AnomalyDetector(layout, falseAlarmsPer10k)
  const numbers = new Float64Array(layout.size)
  return (value: number, changes: Partial<SurprisingSample> = {}) =>
    detector.judge(numbers, { value, forecast: 0, seasonBefore: 0, spread: 1, ...changes })
}

/** Standard normal, by Box and Muller. */
function normal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform())
}

const NOISES: Record<string, (random: SeededRandom) => number> = {
  normal,
  exponential: (random) => -Math.log(1 - random.uniform()),
  uniform: (random) => random.uniform(),
  // Student's, four degrees of freedom: a normal over the root of a mean of two exponentials.
  'heavy-tailed': (random) =>
    normal(random) / Math.sqrt(-Math.log((1 - random.uniform()) * (1 - random.uniform())) / 2),
}

describe('AnomalyDetector', () => {
  it.each(Object.keys(NOISES).flatMap((noise) => [2, 5, 20].map((rate) => [noise, rate] as const)))(
    'calls no more clean samples anomalies than stated: %s noise, %d of 10,000',
    (noise, rate) => {
      const random = new SeededRandom(11)
      let alarms = 0
      const samples = 120_000
      for (let series = 0; series < 20; series++) {
        const judge = newDetector(rate)
        for (let i = 0; i < samples / 20; i++) if (judge(NOISES[noise](random)) >= 1) alarms++
      }
      const per10k = (1e4 * alarms) / samples
      expect(per10k).toBeLessThanOrEqual((noise === 'heavy-tailed' ? 2.5 : 1.5) * rate)
      if (rate >= 5) expect(per10k).toBeGreaterThanOrEqual(rate / 20)
    },
  )

  it('tells a spike, a drift and an unusual hour in 2,000 samples of noise', () => {
    const run = (events: (i: number, noise: number) => [number, Partial<SurprisingSample>]) => {
      const random = new SeededRandom(3)
      const judge = newDetector()
      const told: number[] = []
      for (let i = 0; i < 2000; i++) {
        const [value, changes] = events(i, normal(random))
        if (judge(value, changes) >= 1) told.push(i)
      }
      return told.filter((i) => i >= 1500 && i < 1600)
    }
    expect(run((_, noise) => [noise, {}])).toEqual([])
    expect(run((i, noise) => [i === 1500 ? 15 : noise, {}])).toContain(1500)
    // Each reading is three deviations too high: one is no anomaly, ten are.
    expect(run((i, noise) => [i >= 1500 && i < 1520 ? noise + 3 : noise, {}])[0]).toBeLessThan(1520)
    // The forecast is right, but ten readings differ from those of the season before.
    expect(
      run((i, noise) => [
        i >= 1500 ? 30 : noise,
        { forecast: i >= 1500 ? 30 - noise : 0, seasonBefore: 0 },
      ])[0],
    ).toBeLessThan(1515)
  })

  it('tells one event once: for a hundred samples only what is rarer', () => {
    const random = new SeededRandom(4)
    const judge = newDetector()
    for (let i = 0; i < 1000; i++) judge(normal(random))
    const first = judge(30)
    expect(first).toBeGreaterThan(1)
    for (let i = 0; i < 99; i++) {
      const again = judge(normal(random))
      expect(again === 0 || again > first).toBe(true)
    }
    // The hundredth: as great as the first, and so less rare than that was.
    expect(judge(30)).toBe(0)
    const later = judge(30)
    expect(later).toBeGreaterThan(1)
    expect(later).toBeLessThan(first)
  })

  it('says nothing of the first fifty samples, nor of a constant', () => {
    const judge = newDetector()
    for (let i = 0; i < 50; i++) expect(judge(i === 30 ? 1e9 : i % 3)).toBe(0)
    const stuck = newDetector()
    for (let i = 0; i < 500; i++) expect(stuck(7, { forecast: 7, seasonBefore: 7, spread: 1e-9 })).toBe(0)
    expect(stuck(8, { forecast: 7, seasonBefore: 7, spread: 1e-9 })).toBeGreaterThan(1)
  })

  it('gives finite scores to the largest numbers', () => {
    const judge = newDetector()
    for (let i = 0; i < 300; i++) {
      const value = (i % 7) - 3 + (i % 50 === 49 ? (i % 100 === 99 ? 3e38 : -3e38) : 0)
      expect(Number.isFinite(judge(value, { seasonBefore: -value, forecast: -value }))).toBe(true)
    }
  })
})
