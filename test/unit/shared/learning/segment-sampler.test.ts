import { describe, expect, it } from 'vitest'
import { ChunkArrays } from '#shared/learning/chunk-arrays'
import { SegmentSampler } from '#shared/learning/segment-sampler'
import type { NetShape } from '#shared/recurrent/net-shape'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { seriesOf } from './series-of.js'

const [lanes, steps] = [16, 8]
const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 1, hidden: 2, outputs: 2 },
  ...{ output: 'linear', headReadsInput: true },
}
const options = { stride: 8, chunksPerSegment: 3, warmUp: 4, recentShare: 0.5, recentMean: 0.15 }
const loss = { scales: Float64Array.of(1, 1), weights: Float64Array.of(1, 1), huberDelta: 2 }
// Values from 1 on, so that a feature of 0 means padding, and a feature names its sample.
const rising = (id: string, length: number, first: number) =>
  seriesOf(
    id,
    Array.from({ length }, (_, i) => first + i),
  )

function draw(count: number, series = [rising('a', 400, 1)], ends = [360], stride = 8) {
  const sampler = new SegmentSampler(series, ends, { ...options, stride }, new SeededRandom(5))
  const chunk = new ChunkArrays(lanes, steps, shape, loss)
  return Array.from({ length: count }, () => {
    sampler.fillNext(chunk)
    const fresh = Array.from({ length: lanes }, (_, b) => chunk.state[2 * b] === 0)
    const inputs = chunk.inputs.slice()
    const lossWeights = chunk.lossWeights.slice()
    chunk.state.fill(1)
    return { inputs, lossWeights, fresh }
  })
}

describe('SegmentSampler', () => {
  it('draws no sample from the end on, and weighs no outcome from the end on', () => {
    for (const { inputs, lossWeights } of draw(200)) {
      expect(Math.max(...inputs)).toBeLessThanOrEqual(360)
      for (const [row, input] of inputs.entries()) {
        // The sample with value v has index v − 1; lead 2 of index 358 would be index 360, the first unseen.
        if (input >= 359) expect(lossWeights[2 * row + 1]).toBe(0)
        if (input === 360) expect(lossWeights[2 * row]).toBe(0)
      }
    }
  })

  it('goes on where the chunk before ended, with the state kept, until the segment ends', () => {
    const chunks = draw(50)
    let carried = 0
    for (let i = 1; i < chunks.length; i++) {
      for (let b = 0; b < lanes; b++) {
        if (chunks[i]!.fresh[b]) continue
        const last = chunks[i - 1]!.inputs[(steps - 1) * lanes + b]!
        expect(chunks[i]!.inputs[b]).toBe(last + 1)
        carried++
      }
    }
    // Two of the three chunks of a segment carry on.
    expect(carried / (49 * lanes)).toBeGreaterThan(0.6)
    expect(chunks[1]!.fresh).toContain(true)
    expect(chunks[1]!.fresh).toContain(false)
  })

  // k1 = 3 new steps of k2 = 8: by hand, 5 steps are run again, and only the last 3 are scored.
  it('runs the steps before again, without weight, where the stride is shorter than the chunk', () => {
    const chunks = draw(40, undefined, undefined, 3)
    let carried = 0
    for (let i = 1; i < chunks.length; i++) {
      for (let b = 0; b < lanes; b++) {
        if (chunks[i]!.fresh[b] || chunks[i]!.inputs[(steps - 1) * lanes + b] === 0) continue
        expect(chunks[i]!.inputs[b]).toBe(chunks[i - 1]!.inputs[b]! + 3)
        const weights = Array.from({ length: steps }, (_, t) => chunks[i]!.lossWeights[2 * (t * lanes + b)])
        expect(weights.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
        expect(weights.slice(5).some((w) => w === 1)).toBe(true)
        carried++
      }
    }
    expect(carried).toBeGreaterThan(20 * lanes)
  })

  it('gives no weight to the first steps of a segment', () => {
    const [{ lossWeights }] = draw(1) as [ReturnType<typeof draw>[number]]
    for (let t = 0; t < options.warmUp; t++) {
      for (let b = 0; b < lanes; b++) expect(lossWeights[2 * (t * lanes + b)]).toBe(0)
    }
    expect(lossWeights.some((w) => w > 0)).toBe(true)
  })

  // By hand: an exponential age with mean 15 % lies within the newest half in 96 % of the draws, a uniform one in 50 %.
  it('draws the newer half of history more often, and the older half too', () => {
    const seen = draw(300).flatMap(({ inputs }) => [...inputs].filter((input) => input > 0))
    const newer = seen.filter((input) => input > 180).length / seen.length
    expect(newer).toBeGreaterThan(0.62)
    expect(newer).toBeLessThan(0.85)
  })

  it('keeps a segment within one stretch of a series', () => {
    const series = [rising('a', 30, 1), rising('a', 30, 1001)]
    for (const { inputs } of draw(100, series, [30, 30])) {
      for (let b = 0; b < lanes; b++) {
        for (let t = 1; t < steps; t++) {
          const [before, after] = [inputs[(t - 1) * lanes + b]!, inputs[t * lanes + b]!]
          if (before > 0 && after > 0) expect(after - before).toBe(1)
        }
      }
    }
  })
})
