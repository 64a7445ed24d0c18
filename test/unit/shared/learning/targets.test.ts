import { describe, expect, it } from 'vitest'
import { leadScales, leadWeights, targetAt } from '#shared/learning/targets'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { seriesOf } from './series-of.js'

describe('targetAt', () => {
  const series = seriesOf('a', [1, 4, 2, 1000])
  series.scales.set([2, 1, 1, 1])

  // By hand: (4 − 1) / 2, (2 − 4) / 1, and 998 clipped at 10.
  it('is the change to the lead in running scales, within ± 10', () => {
    expect(targetAt(series, 0, 1)).toBe(1.5)
    expect(targetAt(series, 1, 1)).toBe(-2)
    expect(targetAt(series, 2, 1)).toBe(10)
  })

  it("is NaN beyond the series' end and where origin or outcome was not observed", () => {
    const gappy = { ...series, observed: Uint8Array.of(1, 0, 1, 1) }
    expect(targetAt(series, 3, 1)).toBeNaN()
    expect(targetAt(gappy, 0, 1)).toBeNaN()
    expect(targetAt(gappy, 1, 1)).toBeNaN()
    expect(targetAt(gappy, 0, 2)).toBe(0.5)
  })
})

describe('leadScales', () => {
  // By hand: in 0 2 0 2 … the change to odd leads is ± 2, to even ones 0 (which gives 1: nothing to divide by).
  it('is the root mean square target of each lead', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i % 2) * 2)
    const scales = leadScales([seriesOf('a', values)], [100], 3, new SeededRandom(1))
    expect([...scales]).toEqual([2, 1, 2])
  })

  // By hand: a step of 1 each sample up to index 50 gives k at lead k; what comes after must not count.
  it('never looks at outcomes from the end on', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i < 50 ? i : 1e6))
    const scales = leadScales([seriesOf('a', values)], [50], 4, new SeededRandom(1))
    expect([...scales]).toEqual([1, 2, 3, 4])
  })
})

describe('leadWeights', () => {
  // By hand: 1, 1/2, 1/4 (power 1, leads 1, 2, 4 of 4) over the mean (1 + 1/2 + 1/3 + 1/4) / 4.
  it('falls as a power of the lead and has mean 1', () => {
    const weights = leadWeights(4, 1)
    expect(weights[0]! / weights[3]!).toBeCloseTo(4)
    expect(weights[0]! / weights[1]!).toBeCloseTo(2)
    expect(weights.reduce((sum, w) => sum + w, 0)).toBeCloseTo(4)
    expect([...leadWeights(3, 0)]).toEqual([1, 1, 1])
  })
})
