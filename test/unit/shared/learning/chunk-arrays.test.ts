import { describe, expect, it } from 'vitest'
import { ChunkArrays } from '#shared/learning/chunk-arrays'
import { targetAt } from '#shared/learning/targets'
import type { NetShape } from '#shared/recurrent/net-shape'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { seriesOf } from './series-of.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 1, hidden: 2, outputs: 3 },
  ...{ output: 'linear', headReadsInput: true },
}
const loss = { scales: Float64Array.of(1, 2, 4), weights: Float64Array.of(3, 2, 1), huberDelta: 2 }

describe('ChunkArrays', () => {
  it('aims at every outcome that was observed, from origins that were, within the part that may be used', () => {
    const series = seriesOf('a', [0, 1, 3, 30, -30, 2, 5, 4, 9, 9])
    series.observed[4] = 0
    const chunk = new ChunkArrays(2, 8, shape, loss)
    chunk.clear()
    chunk.fill(1, { series, from: 1, length: 7, scoredFrom: 2, end: 9 })
    for (let t = 0; t < 8; t++) {
      const origin = 1 + t
      for (let lead = 1; lead <= 3; lead++) {
        const at = (t * 2 + 1) * 3 + lead - 1
        const target = targetAt(series, origin, lead)
        const counts = t < 7 && origin >= 2 && origin + lead < 9 && Number.isFinite(target)
        expect(chunk.lossWeights[at], `lead ${lead} of ${origin}`).toBe(counts ? 4 - lead : 0)
        expect(chunk.targets[at]).toBeCloseTo(counts ? target / loss.scales[lead - 1]! : 0, 6)
      }
    }
    expect(chunk.lossWeights.filter((_, i) => Math.floor(i / 3) % 2 === 0).every((w) => w === 0)).toBe(true)
  })

  it('adds noise of the deviation that it is told to the inputs alone', () => {
    const chunk = new ChunkArrays(50, 80, shape, loss)
    chunk.inputs.fill(1)
    chunk.addNoise(0.05, new SeededRandom(4))
    const noise = Array.from(chunk.inputs, (input) => input - 1)
    const mean = noise.reduce((sum, x) => sum + x, 0) / noise.length
    const square = noise.reduce((sum, x) => sum + x * x, 0) / noise.length
    // 4,000 draws: the mean within four standard errors, the deviation within 5 %.
    expect(Math.abs(mean)).toBeLessThan(0.0032)
    expect(Math.sqrt(square) / 0.05).toBeGreaterThan(0.95)
    expect(Math.sqrt(square) / 0.05).toBeLessThan(1.05)
    expect(chunk.targets.every((target) => target === 0)).toBe(true)
  })
})
