import type { Tensor, TensorContainer } from '@tensorflow/tfjs-core'
import { type TensorflowBackend, useBackend } from './backend.js'

/** Does the work on its backend, and then gives back every tensor that it made and did not keep. */
export function computeInScope<R>(backend: TensorflowBackend, work: () => R): R {
  useBackend(backend)
  const results: R[] = []
  backend.tf.tidy(() => {
    results.push(work())
  })
  return results[0]!
}

/** Keeps all tensors in nested objects and arrays beyond the scope. @returns them, for disposing of them later */
export function keepTensors({ tf }: TensorflowBackend, holder: object): readonly Tensor[] {
  const tensors = tf.tensor_util.getTensorsInContainer(holder as TensorContainer)
  for (const tensor of tensors) tf.keep(tensor)
  return tensors
}
