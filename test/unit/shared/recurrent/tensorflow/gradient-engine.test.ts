import { beforeAll, describe, expect, it } from 'vitest'
import { loadTensorflow, type TensorflowBackend } from '#shared/recurrent/tensorflow/backend'
import { createTensorflowGradientEngine } from '#shared/recurrent/tensorflow/gradient-engine'
import { describeGradientEngine } from '../../../../contract/gradient-contract.js'

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

  it('names its backend and the reason', () => {
    const engine = createTensorflowGradientEngine(backend)
    expect(engine.name).toBe('tensorflow')
    expect(engine.backend).toContain(backend.reason)
  })
})
