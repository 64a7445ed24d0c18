import type { Tensor, Tensorflow } from '#shared/recurrent/tensorflow/backend'

/** A GRU's tensors, each as it stands to the right of a product: [F, 3 D], [D, 3 D], [3 D], [3 D], [D, H], [F, H], [H]. */
export interface PlainGru<T extends Tensor = Tensor> {
  readonly inputToGates: T
  readonly hiddenToGates: T
  readonly inputBias: T
  readonly hiddenBias: T
  readonly hiddenToOutputs: T
  readonly inputToOutputs: T
  readonly outputBias: T
}

/** The equations of `gru` in `NetShape`, its three gates in one product. @returns [B, D] */
export function stepPlainGru(tf: Tensorflow, net: PlainGru, input: Tensor, hidden: Tensor): Tensor {
  const fromInput = tf.add(tf.matMul(input, net.inputToGates), net.inputBias)
  const fromHidden = tf.add(tf.matMul(hidden, net.hiddenToGates), net.hiddenBias)
  const [inputReset, inputUpdate, inputCandidate] = tf.split(fromInput, 3, 1)
  const [hiddenReset, hiddenUpdate, hiddenCandidate] = tf.split(fromHidden, 3, 1)
  const reset = tf.sigmoid(tf.add(inputReset!, hiddenReset!))
  const update = tf.sigmoid(tf.add(inputUpdate!, hiddenUpdate!))
  const candidate = tf.tanh(tf.add(inputCandidate!, tf.mul(reset, hiddenCandidate!)))
  return tf.add(candidate, tf.mul(update, tf.sub(hidden, candidate)))
}

/** @returns [B, H] */
export function readOutPlainGru(tf: Tensorflow, net: PlainGru, input: Tensor, hidden: Tensor): Tensor {
  const products = tf.add(tf.matMul(hidden, net.hiddenToOutputs), tf.matMul(input, net.inputToOutputs))
  return tf.add(products, net.outputBias)
}
