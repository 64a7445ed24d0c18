import { describe, expect, it } from 'vitest'
import { trainWeights } from '#shared/learning/train'
import { type TrainingOptions, trainingDefaults } from '#shared/learning/training-options'
import type { TrainingSeries } from '#shared/learning/training-series'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import { createTensorflowGradientEngine } from '#shared/recurrent/tensorflow/gradient-engine'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'
import { parkMiller } from '../../../reference/recurrent/park-miller.js'
import { randomWeights } from '../../../reference/recurrent/random-nets.js'

const shape: NetShape = {
  ...{ cell: 'gru', layers: 1, inputs: 2, hidden: 8, outputs: 4 },
  ...{ output: 'linear', headReadsInput: true },
}
const engine = createKernelGradientEngine()
const untrained = untrainedWeights({ ...shape, featureLayout: 'test', seed: 1 })

/** A wave of period 12 with noise; its features are the value and its last change. */
function wave(id: string, length: number, change: (index: number, value: number) => number = (_, v) => v) {
  const uniform = parkMiller(id.length + id.charCodeAt(0))
  const phase = id.charCodeAt(0)
  const values = Float64Array.from({ length }, (_, i) =>
    change(i, Math.sin((2 * Math.PI * (i + phase)) / 12) + 0.1 * (uniform() - 0.5)),
  )
  const features = new Float32Array(length * 2)
  values.forEach((value, i) => void features.set([value, i > 0 ? value - values[i - 1]! : 0], 2 * i))
  const scales = new Float64Array(length).fill(0.7)
  return { series: id, features, values, scales, observed: new Uint8Array(length).fill(1) } as TrainingSeries
}

const set = ['a', 'b', 'c'].map((id) => wave(id, 400))
const options = (changes: Partial<TrainingOptions> = {}): TrainingOptions => ({
  ...trainingDefaults,
  shape,
  from: untrained,
  warm: false,
  steps: 60,
  batch: 16,
  backThrough: 16,
  updateEvery: 16,
  learningRate: 1e-2,
  seed: 3,
  version: 1,
  trainedToMs: 1000,
  ...changes,
})

describe('trainWeights', () => {
  // Property: a wave is predictable from its value and slope; "no change" cannot know where it goes.
  it('learns a wave that "no change" misses', async () => {
    const { weights, loss, better, steps } = await trainWeights(engine, set, options({ steps: 200 }))
    const { heldBack } = weights.manifest
    expect(better).toBe(true)
    expect(steps).toBe(200)
    expect(heldBack!.loss).toBeLessThan(0.1 * heldBack!.naiveLoss)
    expect(heldBack!.servingLoss, 'an untrained head is "no change"').toBeCloseTo(heldBack!.naiveLoss, 5)
    expect(loss).toBeLessThan(0.1 * heldBack!.naiveLoss)
    expect(weights.manifest).toMatchObject({ version: 1, trainedToMs: 1000, samples: 1200, ...shape })
  })

  it('gives the same weights for the same seed, and others for another', async () => {
    const [one, same, other] = [
      await trainWeights(engine, set, options()),
      await trainWeights(engine, set, options()),
      await trainWeights(engine, set, options({ seed: 4 })),
    ]
    expect(same).toEqual(one)
    expect(other.weights.values).not.toEqual(one.weights.values)
  })

  // Property: noise in the held-back stretch changes how weights are judged, never the weights of an unstopped session.
  it('never learns from what is held back', async () => {
    const noisy = ['a', 'b', 'c'].map((id) => wave(id, 400, (i, value) => (i < 360 ? value : 5 - i)))
    const { manifest: _, ...weights } = (await trainWeights(engine, set, options())).weights
    const { manifest, ...others } = (await trainWeights(engine, noisy, options())).weights
    expect(others).toEqual(weights)
    expect(manifest.heldBack!.loss).toBeGreaterThan(1)
  })

  // Property: the lead scales are taken out of the head and put back, so a session that does not move changes nothing.
  it('starts a warm session at the weights it was given', async () => {
    const from = randomWeights(shape, 5, 7)
    const result = await trainWeights(
      engine,
      set,
      options({ from, warm: true, learningRate: 0, steps: 3, version: 8 }),
    )
    expect(result.better).toBe(false)
    expect(result.weights.manifest.version).toBe(8)
    for (const [i, value] of result.weights.values.entries()) expect(value).toBeCloseTo(from.values[i]!, 5)
  })

  it('starts at other weights than those that serve where it is told to, and is judged by those that serve', async () => {
    const [from, start] = [randomWeights(shape, 5, 7), randomWeights(shape, 6, 8)]
    const still = { warm: true, learningRate: 0, steps: 3, version: 9 }
    const result = await trainWeights(engine, set, options({ ...still, from, start }))
    for (const [i, value] of result.weights.values.entries()) expect(value).toBeCloseTo(start.values[i]!, 5)
    const serving = await trainWeights(engine, set, options({ ...still, from }))
    expect(result.weights.manifest.heldBack!.servingLoss).toBe(serving.weights.manifest.heldBack!.servingLoss)
  })

  // Property: a random walk cannot be forecast, so whatever is learned from one loses to "no change", however bad it was before.
  it('is not better where "no change" is, though the weights that serve are worse still', async () => {
    const walks = ['a', 'b', 'c'].map((id) => {
      const uniform = parkMiller(id.charCodeAt(0))
      let level = 0
      return wave(id, 400, () => {
        level += uniform() - 0.5
        return level
      })
    })
    const from = randomWeights(shape, 5, 7)
    const { better, weights } = await trainWeights(engine, walks, options({ from, warm: true, steps: 10 }))
    const { loss, servingLoss, naiveLoss } = weights.manifest.heldBack!
    expect(loss).toBeLessThan(servingLoss)
    expect(loss).toBeGreaterThan(naiveLoss)
    expect(better).toBe(false)
  })

  it('is not better and publishes nothing after a value that is not finite', async () => {
    const broken = set.map((series) => ({ ...series, features: series.features.slice() }))
    broken[0]!.features.fill(Number.NaN)
    const { better, weights, loss, steps } = await trainWeights(engine, broken, options())
    expect(better).toBe(false)
    expect(weights).toBe(untrained)
    expect(loss).toBeNaN()
    expect(steps).toBe(0)
  })

  it('gives back the serving weights when there is nothing to learn from', async () => {
    for (const nothing of [[], [wave('a', 3)], set.map((s) => ({ ...s, observed: new Uint8Array(400) }))]) {
      const { better, weights, ended } = await trainWeights(engine, nothing, options())
      expect(better).toBe(false)
      expect(weights).toBe(untrained)
      expect(ended).not.toBe('diverged')
    }
  })

  it('has diverged, and not found nothing to learn from, where what was observed has no scale', async () => {
    const spoiled = set.map((series) => ({ ...series, scales: new Float64Array(400).fill(Number.NaN) }))
    const { better, weights, steps, ended } = await trainWeights(engine, spoiled, options())
    expect(better).toBe(false)
    expect(weights).toBe(untrained)
    expect([steps, ended]).toEqual([0, 'diverged'])
  })

  it('ends within a step of an abort and claims nothing', async () => {
    const stop = new AbortController()
    const onProgress = ({ step }: { step: number }) => step === 5 && stop.abort()
    const { steps, better, weights } = await trainWeights(engine, set, options({ onProgress }), stop.signal)
    expect(steps).toBe(5)
    expect(better).toBe(false)
    expect(weights.manifest.heldBack).toBeNull()
  })

  // Property: a wave of period 12 soon turns, and one of period 60 does not, so that what is learned of the one is wrong for the other.
  it('stops early when it gets worse on the newest, held-back stretch, and restores the best weights', async () => {
    const changed = ['a', 'b', 'c'].map((id) =>
      wave(id, 400, (i, value) => (i < 360 ? value : 2 * Math.sin((2 * Math.PI * i) / 60))),
    )
    const long = { steps: 400, learningRate: 2e-3 }
    const { steps, weights } = await trainWeights(engine, changed, options(long))
    expect(steps).toBe(200)
    // A session that is told to end at its first look gives the weights of that look.
    const stop = new AbortController()
    const onProgress = ({ step }: { step: number }) => step === 100 && stop.abort()
    const first = await trainWeights(engine, changed, options({ ...long, onProgress }), stop.signal)
    expect(weights.values).toEqual(first.weights.values)
    // Where the newest stretch goes on as before, nothing is stopped.
    expect((await trainWeights(engine, set, options(long))).steps).toBe(400)
  })

  it('lets other work run between its steps', async () => {
    let turns = 0
    let running = true
    const count = () => {
      turns++
      if (running) setImmediate(count)
    }
    setImmediate(count)
    await trainWeights(engine, set, options())
    running = false
    expect(turns).toBeGreaterThanOrEqual(60)
  })

  // Property: a stride below the chunk sees each target once, as with whole chunks, and learns the same wave.
  it('learns with an update every 4 steps through 16', async () => {
    const { weights, better } = await trainWeights(engine, set, options({ steps: 250, updateEvery: 4 }))
    expect(better).toBe(true)
    expect(weights.manifest.heldBack!.loss).toBeLessThan(0.15 * weights.manifest.heldBack!.naiveLoss)
  })

  it('refuses a gradient that would not reach every step', async () => {
    await expect(trainWeights(engine, set, options({ updateEvery: 17 }))).rejects.toThrow(/1 to backThrough/)
  })

  it.each(['lstm', 'elman-tanh', 'gru-reset-before'] as const)('trains two layers of %s', async (cell) => {
    const net = { ...shape, cell, layers: 2 }
    const { weights, better } = await trainWeights(engine, set, options({ shape: net, steps: 200 }))
    expect(better).toBe(true)
    expect(weights.manifest).toMatchObject(net)
    expect(weights.manifest.heldBack!.loss).toBeLessThan(0.2 * weights.manifest.heldBack!.naiveLoss)
  })

  // Both engines compute the same gradients to rounding, which 20 updates have not yet blown up.
  it('gives the same weights on TensorFlow within tolerance, and leaves no tensor behind', async () => {
    const backend = await loadTensorflow()
    const before = backend.tf.memory().numTensors
    const other = await trainWeights(createTensorflowGradientEngine(backend), set, options({ steps: 20 }))
    expect(backend.tf.memory().numTensors).toBe(before)
    const own = await trainWeights(engine, set, options({ steps: 20 }))
    let apart = 0
    own.weights.values.forEach((value, i) => {
      apart = Math.max(apart, Math.abs(value - other.weights.values[i]!))
    })
    expect(apart).toBeLessThan(1e-3)
    expect(own.weights.values).not.toEqual(new Float32Array(own.weights.values.length))
    expect(other.loss / own.loss).toBeCloseTo(1, 3)
  })
})
