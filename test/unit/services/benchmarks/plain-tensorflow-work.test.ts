import { describe, expect, it } from 'vitest'
import { type EngineCase, INPUTS, OUTPUTS, UNROLLED } from '#services/benchmarks/engine-case'
import { preparePlainSteps, preparePlainTraining } from '#services/benchmarks/plain-tensorflow-work'
import { benchWeights, sampleInputs } from '#services/benchmarks/training-work'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import { stateSizeOf } from '#shared/recurrent/net-shape'
import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
// tfjs-node brings the gradients of its functions along; the WebAssembly backend does not.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import { viewTensors } from '#shared/recurrent/tensors'

// The kernel's numbers are proved against PyTorch's elsewhere: what is timed against it must compute the same.
const { tf } = await loadTensorflow({ backend: 'wasm' })
const chosen: EngineCase = { kind: 'train', cell: 'gru', hidden: 5, rows: 3 }
const { manifest, values } = benchWeights(chosen)
const net = createKernelGradientEngine().prepare(manifest, { lanes: 3, steps: UNROLLED })

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i]!)))
}

describe('tfjs-node as one writes it', () => {
  it('steps as the kernel does', () => {
    const work = preparePlainSteps(tf, chosen)
    for (let step = 0; step < 4; step++) work.run()
    const inputs = sampleInputs(3 * INPUTS)
    const repeated = new Float32Array(UNROLLED * inputs.length)
    for (let step = 0; step < UNROLLED; step++) repeated.set(inputs, step * inputs.length)
    const { outputs } = net.forward(values, {
      inputs: repeated,
      state: new Float32Array(3 * stateSizeOf(manifest)),
    })
    const fourth = outputs.subarray(3 * 3 * OUTPUTS, 4 * 3 * OUTPUTS)
    expect(largestDifference(work.outputs(), fourth)).toBeLessThan(1e-5)
    work.dispose()
  })

  it('has the gradients that the kernel has', () => {
    const work = preparePlainTraining(tf, chosen)
    work.run()
    net.forward(values, {
      inputs: sampleInputs(UNROLLED * 3 * INPUTS),
      state: new Float32Array(3 * stateSizeOf(manifest)),
    })
    const { gradient } = net.backward(sampleInputs(UNROLLED * 3 * OUTPUTS))
    const { layers, hiddenToOutputs } = viewTensors(manifest, gradient)
    const transposed = (rows: Float32Array, width: number) => {
      const height = rows.length / width
      return Float32Array.from(
        { length: rows.length },
        (_, i) => rows[(i % height) * width + Math.floor(i / height)]!,
      )
    }
    expect(
      largestDifference(work.gradient('hiddenToGates'), transposed(layers[0]!.hiddenToGates, 5)),
    ).toBeLessThan(1e-3)
    expect(
      largestDifference(work.gradient('inputToGates'), transposed(layers[0]!.inputToGates, INPUTS)),
    ).toBeLessThan(1e-3)
    expect(largestDifference(work.gradient('hiddenToOutputs'), transposed(hiddenToOutputs, 5))).toBeLessThan(
      1e-3,
    )
    work.dispose()
  })
})
