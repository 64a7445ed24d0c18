import type { Tensor } from '@tensorflow/tfjs-core'
import type { NetShape } from '#shared/recurrent/net-shape'
import type { NetTensors } from '#shared/recurrent/tensors'
import type { Operations } from './operations.js'

/** The head's weights on the backend. */
export interface HeadWeights {
  /** [H, D] as stored */
  readonly hiddenStored: Tensor
  /** [D, H] */
  readonly hidden: Tensor
  /** [F + 1, H], for inputs with a column of ones: the last row is the bias, the others zeros where no input is read. */
  readonly input: Tensor
}

export function uploadHead(ops: Operations, shape: NetShape, tensors: NetTensors): HeadWeights {
  const { outputs, hidden, inputs, headReadsInput } = shape
  const columns = inputs + 1
  const input = new Float32Array(outputs * columns)
  for (let row = 0; row < outputs; row++) {
    if (headReadsInput) {
      input.set(tensors.inputToOutputs.subarray(row * inputs, (row + 1) * inputs), row * columns)
    }
    input[row * columns + inputs] = tensors.outputBias[row]!
  }
  const hiddenStored = ops.tf.tensor2d(tensors.hiddenToOutputs, [outputs, hidden])
  return {
    hiddenStored,
    hidden: ops.tf.transpose(hiddenStored),
    input: ops.tf.transpose(ops.tf.tensor2d(input, [outputs, columns])),
  }
}

/**
 * @param hidden [rows, D]
 * @param input [rows, F + 1] with a column of ones
 * @returns [rows, H]
 */
export function readOut(
  ops: Operations,
  { output }: NetShape,
  weights: HeadWeights,
  hidden: Tensor,
  input: Tensor,
): Tensor {
  const linear = ops.add(ops.product(hidden, weights.hidden), ops.product(input, weights.input))
  return output === 'log-softmax' ? ops.tf.logSoftmax(linear) : linear
}

/**
 * ∂loss/∂(the head before its output function), with y = log softmax(a): ∂loss/∂a = g − eʸ Σ g.
 * @param gradient [rows, H] ∂loss/∂output
 * @param outputs [rows, H]
 */
export function differentiateOutput(
  ops: Operations,
  { output }: NetShape,
  gradient: Tensor,
  outputs: Tensor,
): Tensor {
  if (output === 'linear') return gradient
  const total = ops.tf.sum(gradient, 1, true)
  return ops.subtract(gradient, ops.multiply(ops.tf.exp(outputs), total))
}
