import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import type { TensorflowBackend } from './backend.js'
import { createOperations } from './create-operations.js'
import { TensorflowUnrolledNet } from './unrolled-net.js'

/**
 * Gradients by TensorFlow.js, hand-unrolled and with a hand-written way back: its automatic one runs several times as many
 * operations, and on WebAssembly multiplies with transposed operands, for which that backend has only a scalar loop.
 */
export function createTensorflowGradientEngine(backend: TensorflowBackend): GradientEngine {
  const ops = createOperations(backend)
  const library = backend.name === 'wasm' ? 'tfjs-wasm' : 'tfjs-node'
  return {
    name: 'tensorflow',
    backend: `${library}: ${backend.reason}`,
    prepare: (shape, size) => new TensorflowUnrolledNet(backend, ops, shape, size),
  }
}
