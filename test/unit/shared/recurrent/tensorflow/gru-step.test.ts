import { beforeAll, describe, expect, it } from 'vitest'
import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import { loadTensorflow, type Tensorflow } from '#shared/recurrent/tensorflow/backend'
import { unrollGru } from '#shared/recurrent/tensorflow/gru-step'
import { randomInputs, randomWeights } from '../../../../reference/gru/random-weights.js'

describe('unrollGru', () => {
  let tf: Tensorflow
  beforeAll(async () => {
    tf = (await loadTensorflow()).tf
  })

  // Property: two independent implementations of the equations in gru-weights.ts. What is trained must be what serves.
  it.each([
    { hidden: 32, inputs: 21, leads: 24 },
    { hidden: 13, inputs: 7, leads: 5 },
  ])('agrees with the kernel to 1e-5 over 500 steps at $hidden units', (sizes) => {
    const [steps, lanes] = [500, 3]
    const weights = randomWeights(sizes, 11)
    const inputs = randomInputs(steps * lanes * sizes.inputs, 12)
    const found = unrollGru(tf, weights, inputs, new Float32Array(lanes * sizes.hidden), lanes)
    const engine = createKernelEngine(sizes)
    const loaded = engine.load(weights)
    const rows = Int32Array.from({ length: lanes }, () => engine.allocate())
    const outputs = new Float32Array(lanes * sizes.leads)
    let worst = 0
    for (let t = 0; t < steps; t++) {
      const width = lanes * sizes.inputs
      engine.step(loaded, rows, inputs.subarray(t * width, (t + 1) * width), outputs, lanes)
      for (const [i, value] of outputs.entries()) {
        const scale = Math.max(1, Math.abs(value))
        worst = Math.max(worst, Math.abs(value - found.outputs[t * outputs.length + i]!) / scale)
      }
    }
    expect(worst).toBeLessThan(1e-5)
    for (let lane = 0; lane < lanes; lane++) {
      const state = engine.read(rows[lane]!)
      for (const [i, value] of state.entries()) {
        expect(Math.abs(value - found.hidden[lane * sizes.hidden + i]!)).toBeLessThan(1e-5)
      }
    }
  })

  it('leaves no tensor behind', () => {
    const weights = randomWeights({ hidden: 5, inputs: 3, leads: 4 }, 1)
    const before = tf.memory().numTensors
    for (let i = 0; i < 50; i++) unrollGru(tf, weights, randomInputs(30, i), new Float32Array(10), 2)
    expect(tf.memory().numTensors).toBe(before)
  })
})
