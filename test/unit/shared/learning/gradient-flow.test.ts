import { describe, expect, it } from 'vitest'
import type { LossSettings } from '#shared/learning/chunk-arrays'
import { gradientFlow } from '#shared/learning/gradient-flow'
import { trainWeights } from '#shared/learning/train'
import { trainingDefaults } from '#shared/learning/training-options'
import type { TrainingSeries } from '#shared/learning/training-series'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import { SeededRandom } from '#shared/recurrent/seeded-random'
import { viewTensors } from '#shared/recurrent/tensors'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { float64Engine } from '../../../reference/recurrent/float64-engine.js'
import { netShape, randomNet, reflectingNet } from './nets.js'
import { seriesOf } from './series-of.js'

const engine = float64Engine()
const shape = netShape({ inputs: 1, outputs: 3 })
const loss: LossSettings = {
  scales: Float64Array.of(1, 1, 1),
  weights: Float64Array.of(1, 1, 1),
  huberDelta: 2,
}
const options = { lagMax: 8, originsMax: 3, warmUp: 4 }

function wave(name: string, length: number, seed = 1): TrainingSeries {
  const random = new SeededRandom(seed)
  return seriesOf(
    name,
    Array.from({ length }, (_, t) => Math.sin(t / 4) + 0.2 * random.uniform()),
  )
}

describe('gradientFlow', () => {
  // By hand: a linear net's gradient changes by the factor of W_h at every step.
  it.each([0.5, 1.1])('finds the factor of a linear net of radius %f', (factor) => {
    const figures = gradientFlow(engine, reflectingNet(shape, factor), [wave('a', 40)], loss, options)!
    expect(figures.lags).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(figures.decayPerLag).toBeCloseTo(factor, 4)
    expect(figures.series.map(({ series }) => series)).toEqual(['a'])
    const { norms } = figures.series[0]!
    norms.slice(1).forEach((norm, i) => void expect(norm / norms[i]!).toBeCloseTo(factor, 4))
  })

  // By hand: the head is y = h₁ alone, so that ∂loss/∂h has the size of the error at lag 1 and nothing at the others; the state
  // is held at 0, so that the error is the target, the change to the next value.
  it('is the root mean square of what the loss of training depends on, at the newest origins with all outcomes', () => {
    const still = netShape({ inputs: 1, outputs: 1, hidden: 1 })
    const net = { shape: still, values: Float32Array.of(0, 1, 0, 0, 1, 0) }
    const series = seriesOf('a', [0, 0, 0, 0, 0, 5, 5.5, 7, 7.25])
    const settings = { scales: Float64Array.of(0.5), weights: Float64Array.of(3), huberDelta: 2 }
    const figures = gradientFlow(engine, net, [series], settings, { lagMax: 2, originsMax: 3, warmUp: 1 })!
    // Changes 0.25, 1.5 and 0.5 over the lead's scale of 0.5, of which Huber lets 2 of the second's 3 count.
    const expected = Math.sqrt((0.5 ** 2 + 2 ** 2 + 1 ** 2) / 3)
    expect(figures.series[0]!.norms).toEqual(Array(3).fill(Number(expected.toPrecision(6))))
    expect(figures.decayPerLag).toBe(1)
  })

  it('spreads over the series evenly and in their order, and leaves out those that are too short', () => {
    const long = Array.from({ length: 10 }, (_, i) => wave(`s${i}`, 30, i))
    const series = [wave('short', 11), ...long, wave('also short', 2)]
    const figures = gradientFlow(engine, randomNet(shape, 3), series, loss, { ...options, seriesMax: 4 })!
    // By hand: places 0, 2.5, 5 and 7.5 of ten, rounded down.
    expect(figures.series.map((each) => each.series)).toEqual(['s0', 's2', 's5', 's7'])
    expect(gradientFlow(engine, randomNet(shape, 3), [wave('short', 11)], loss, options)).toBeNull()
    // A series of lagMax samples, an origin and its outcomes is just long enough.
    expect(gradientFlow(engine, randomNet(shape, 3), [wave('just', 12)], loss, options)).not.toBeNull()
  })

  it('goes back to the stretch before where the newest is too short, and across no gap', () => {
    const net = randomNet(shape, 3)
    const old = wave('a', 30, 4)
    const alone = gradientFlow(engine, net, [old], loss, options)
    expect(gradientFlow(engine, net, [old, wave('a', 5)], loss, options)).toEqual(alone)
  })

  it('passes over origins that were not observed, or that nothing observed came after', () => {
    const net = randomNet(shape, 3)
    const series = wave('a', 40)
    const cut = gradientFlow(
      engine,
      net,
      [{ ...series, observed: unobserved(40, [34, 35, 36, 37, 38, 39]) }],
      loss,
      {
        ...options,
        originsMax: 1,
      },
    )
    // The newest origin with an outcome is 32: its first lead, 33, was observed.
    const at32 = { ...seriesOf('a', [...series.values.subarray(0, 36)]), observed: unobserved(36, [34, 35]) }
    expect(cut).toEqual(gradientFlow(engine, net, [at32], loss, { ...options, originsMax: 1 }))
    expect(gradientFlow(engine, net, [{ ...series, observed: new Uint8Array(40) }], loss, options)).toBeNull()
  })

  it('is null for a head of zeros, whose loss no hidden state changes', () => {
    const net = randomNet(shape, 3)
    viewTensors(shape, net.values).hiddenToOutputs.fill(0)
    expect(gradientFlow(engine, net, [wave('a', 40)], loss, options)).toBeNull()
  })

  // From the float64 reference, on the engine that serves.
  it.each(['gru', 'lstm', 'elman-tanh', 'concatenation'] as const)(
    'is the same for a %s in the kernel as in float64',
    (cell) => {
      const net = randomNet(netShape({ cell, layers: 2, inputs: 1, headReadsInput: true }), 3)
      const series = [wave('a', 40), wave('b', 40, 2)]
      const expected = gradientFlow(engine, net, series, loss, options)!
      const found = gradientFlow(createKernelGradientEngine(), net, series, loss, options)!
      expect(found.decayPerLag / expected.decayPerLag).toBeCloseTo(1, 4)
      found.series.forEach(({ norms }, row) => {
        norms.forEach((norm, lag) => {
          expect(norm / expected.series[row]!.norms[lag]!).toBeCloseTo(1, 4)
        })
      })
    },
  )

  it('is the same in one pass and in many', () => {
    const net = randomNet(netShape({ cell: 'gru', inputs: 1 }), 3)
    const series = Array.from({ length: 45 }, (_, i) => wave(`s${i}`, 30, i))
    const many = gradientFlow(engine, net, series, loss, { ...options, seriesMax: 45 })!
    expect(many.series).toHaveLength(45)
    const last = gradientFlow(engine, net, series.slice(44), loss, options)!
    expect(many.series[44]).toEqual(last.series[0])
  })
})

describe('trainWeights', () => {
  const train = (stop: { readonly afterFirstStep: boolean }) => {
    const stopping = new AbortController()
    const onProgress = () => {
      if (stop.afterFirstStep) stopping.abort()
    }
    const trained = netShape({ cell: 'gru', inputs: 1, hidden: 3 })
    const from = untrainedWeights({ ...trained, featureLayout: 'test', seed: 1 })
    const plan = {
      ...trainingDefaults,
      shape: trained,
      from,
      warm: false,
      steps: 4,
      batch: 4,
      backThrough: 8,
    }
    return trainWeights(
      engine,
      [wave('a', 120), wave('b', 120, 2)],
      { ...plan, updateEvery: 8, learningRate: 1e-2, seed: 3, version: 1, trainedToMs: 0, onProgress },
      stopping.signal,
    )
  }

  it('has the figures of the weights that it gives in their manifest', async () => {
    const { manifest } = (await train({ afterFirstStep: false })).weights
    expect(manifest.gradientFlow!.series.map(({ series }) => series)).toEqual(['a', 'b'])
    expect(manifest.gradientFlow!.lags).toHaveLength(32)
    // An untrained GRU's time constants are spread up to long ones: it neither explodes nor ends at once.
    expect(manifest.gradientFlow!.decayPerLag).toBeGreaterThan(0.3)
    expect(manifest.gradientFlow!.decayPerLag).toBeLessThan(1)
  })

  it('measures nothing when it is told to stop', async () => {
    const { weights, steps } = await train({ afterFirstStep: true })
    expect(steps).toBe(1)
    expect(weights.manifest.gradientFlow).toBeNull()
  })
})

function unobserved(length: number, places: readonly number[]): Uint8Array {
  return Uint8Array.from({ length }, (_, at) => (places.includes(at) ? 0 : 1))
}
