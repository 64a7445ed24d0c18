import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow, type Tensorflow } from '#shared/recurrent/tensorflow/backend'
import { differentiateChunk, type GruChunk } from '#shared/recurrent/tensorflow/gru-gradient'
import type { GruArrays } from '#shared/recurrent/tensorflow/gru-tensors'

type Numbers = Record<string, number[]>
const file = new URL('../../../../reference/learning/gru-gradient.json', import.meta.url)
const reference = JSON.parse(readFileSync(file, 'utf8')) as {
  huberDelta: number
  chunk: { lanes: number } & Numbers
  tensors: Numbers
  loss: number
  gradient: Numbers
  hiddenAfter: number[]
  beyondDelta: number
}
const toArrays = (numbers: Numbers) =>
  Object.fromEntries(Object.entries(numbers).map(([name, list]) => [name, Float32Array.from(list)]))
const weights = toArrays(reference.tensors) as unknown as GruArrays
const { lanes, ...lists } = reference.chunk
const chunk = { lanes, ...toArrays(lists as Numbers) } as unknown as GruChunk

describe('differentiateChunk', () => {
  let tf: Tensorflow
  beforeAll(async () => {
    tf = (await loadTensorflow()).tf
  })

  // Expected numbers: PyTorch's autograd in float64, test/reference/learning/make_gradient_reference.py.
  it("gives PyTorch's loss, gradient of every parameter and last hidden state", () => {
    expect(reference.beyondDelta, 'errors on the linear part of the loss').toBeGreaterThan(5)
    const { loss, gradient, hidden } = differentiateChunk(tf, weights, chunk, reference.huberDelta)
    expect(Math.abs(loss / reference.loss - 1)).toBeLessThan(1e-5)
    for (const [name, expected] of Object.entries(reference.gradient)) {
      const found = gradient[name as keyof GruArrays]
      expect(found.length, name).toBe(expected.length)
      const size = Math.max(...expected.map(Math.abs))
      const worst = Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)))
      expect(worst / size, name).toBeLessThan(1e-5)
    }
    for (const [i, value] of reference.hiddenAfter.entries()) expect(hidden[i]).toBeCloseTo(value, 5)
  })

  // Property: where a loss weight is 0 the target has no influence.
  it('leaves out targets without weight', () => {
    const targets = chunk.targets.map((target, i) => (chunk.lossWeights[i] === 0 ? target + 5 : target))
    const left = differentiateChunk(tf, weights, { ...chunk, targets }, reference.huberDelta)
    const right = differentiateChunk(tf, weights, chunk, reference.huberDelta)
    expect(left.loss).toBe(right.loss)
    expect(left.gradient).toEqual(right.gradient)
  })

  // Property: the loss is a sum over time, so two chunks with carried state have the loss of the whole.
  it('carries the hidden state from chunk to chunk', () => {
    const part = (from: number, to: number, hidden: Float32Array): GruChunk => {
      const cut = (all: Float32Array) => all.subarray((all.length / 7) * from, (all.length / 7) * to)
      const { inputs, targets, lossWeights } = chunk
      return {
        lanes,
        hidden,
        inputs: cut(inputs),
        targets: cut(targets),
        lossWeights: cut(lossWeights),
      }
    }
    const first = differentiateChunk(tf, weights, part(0, 3, chunk.hidden), reference.huberDelta)
    const second = differentiateChunk(tf, weights, part(3, 7, first.hidden), reference.huberDelta)
    expect(Math.abs((first.loss + second.loss) / reference.loss - 1)).toBeLessThan(1e-5)
    expect(second.hidden[4]).toBeCloseTo(reference.hiddenAfter[4]!, 5)
  })

  it('leaves no tensor behind', () => {
    differentiateChunk(tf, weights, chunk, reference.huberDelta)
    const before = tf.memory().numTensors
    for (let i = 0; i < 200; i++) differentiateChunk(tf, weights, chunk, reference.huberDelta)
    expect(tf.memory().numTensors).toBe(before)
  })
})
