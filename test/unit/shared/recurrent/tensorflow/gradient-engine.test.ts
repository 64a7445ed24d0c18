import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow, type TensorflowBackend, useBackend } from '#shared/recurrent/tensorflow/backend'
import { createTensorflowGradientEngine } from '#shared/recurrent/tensorflow/gradient-engine'
import { smallShape } from '../../../../contract/gradient/run-net.js'
import { describeGradientEngine } from '../../../../contract/gradient-contract.js'
import { randomChunk, randomValues } from '../../../../reference/recurrent/random-nets.js'

const native = await loadTensorflow({ backend: 'tensorflow' }).catch(() => null)
const kinds = native ? (['tensorflow', 'wasm'] as const) : (['wasm'] as const)

describe.each(kinds)('createTensorflowGradientEngine on %s', (kind) => {
  let backend: TensorflowBackend
  beforeAll(async () => {
    backend = await loadTensorflow({ backend: kind })
  })

  describeGradientEngine(
    'the contract',
    async () => createTensorflowGradientEngine(await loadTensorflow({ backend: kind })),
    {
      countKept: () => backend.tf.memory().numTensors,
    },
  )

  it('holds as many tensors after 200 passes as after one, and none when disposed of', () => {
    useBackend(backend)
    const before = backend.tf.memory().numTensors
    const shape = smallShape('lstm', 2)
    const size = { lanes: 2, steps: 3, lengths: [3, 1] }
    const chunk = randomChunk(shape, size, 2)
    const net = createTensorflowGradientEngine(backend).prepare(shape, size)
    const pass = () => {
      net.forward(randomValues(shape, 1), chunk).stateAfter(2)
      net.backward(chunk.outputGradient, { stateGradients: true })
    }
    pass()
    const kept = backend.tf.memory().numTensors
    expect(kept).toBeGreaterThan(before)
    for (let i = 0; i < 200; i++) pass()
    expect(backend.tf.memory().numTensors).toBe(kept)
    net.dispose()
    expect(backend.tf.memory().numTensors).toBe(before)
  })

  it('names its backend and the reason', () => {
    const engine = createTensorflowGradientEngine(backend)
    expect(engine.name).toBe('tensorflow')
    expect(engine.backend).toContain(backend.reason)
  })
})
