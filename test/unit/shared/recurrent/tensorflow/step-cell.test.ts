import { describe, expect, it } from 'vitest'
import { CELLS } from '#shared/recurrent/net-shape'
import { loadTensorflow } from '#shared/recurrent/tensorflow/backend'
import { prepareCell } from '#shared/recurrent/tensorflow/step-cell'
import { smallShape } from '../../../../contract/gradient/run-net.js'
import { relativeDistance } from '../../../../reference/recurrent/distance.js'
import { unrollFloat64 } from '../../../../reference/recurrent/net-float64.js'
import { randomChunk, randomValues } from '../../../../reference/recurrent/random-nets.js'

const native = await loadTensorflow({ backend: 'tensorflow' }).catch(() => null)
const kinds = native ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const)
const size = { lanes: 3, steps: 9 }

describe.each(kinds)('prepareCell on %s', (kind) => {
  // Expected numbers: the float64 reference, which is held to PyTorch's.
  it.each(CELLS.flatMap((cell) => [1, 2].map((layers) => [cell, layers] as const)))(
    'steps a net as the equations say: %s, %i layers',
    async (name, layers) => {
      const shape = smallShape(name, layers)
      const values = randomValues(shape, 5)
      const { inputs, state } = randomChunk(shape, size, 6)
      const pass = unrollFloat64(shape, values, { inputs, state: new Float32Array(state.length) })
      const cell = prepareCell(await loadTensorflow({ backend: kind }), shape, values, size.lanes)
      const width = inputs.length / size.steps
      const outputs = Array.from({ length: size.steps }, (_, t) => [
        ...cell.step(inputs.subarray(t * width, (t + 1) * width)),
      ])
      expect(relativeDistance(outputs.flat(), pass.outputs)).toBeLessThan(1e-5)
      cell.dispose()
    },
  )

  it('keeps no tensor from step to step, and none when it is disposed of', async () => {
    const backend = await loadTensorflow({ backend: kind })
    const count = () => backend.tf.memory().numTensors
    const before = count()
    const shape = smallShape('lstm', 2)
    const cell = prepareCell(backend, shape, randomValues(shape, 7), 2)
    const inputs = new Float32Array(2 * shape.inputs).fill(0.5)
    cell.step(inputs)
    const kept = count()
    for (let i = 0; i < 1000; i++) cell.step(inputs)
    expect(count()).toBe(kept)
    cell.dispose()
    expect(count()).toBe(before)
  })

  it('refuses inputs of another number of rows', async () => {
    const shape = smallShape('gru', 1)
    const cell = prepareCell(await loadTensorflow({ backend: kind }), shape, randomValues(shape, 8), 2)
    expect(() => cell.step(new Float32Array(3 * shape.inputs))).toThrow(RangeError)
    cell.dispose()
  })
})
