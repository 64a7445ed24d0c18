import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { Tensorflow } from './backend.js'
import { type GruArrays, type GruTensors, toTensors } from './gru-tensors.js'

/** What one step leaves for the backward pass. All [B, D]. */
export interface GruStep {
  readonly before: Tensor2D // h
  readonly reset: Tensor2D // r
  readonly update: Tensor2D // z
  readonly candidate: Tensor2D // n
  /** W_hn h + b_hn, before the reset gate. */
  readonly recurrent: Tensor2D
  /** h − n */
  readonly difference: Tensor2D
  readonly after: Tensor2D // h'
}

/**
 * One step of the cell for B lanes; the equations are in `gru-weights.ts`.
 * @param input [B, F]
 * @param before [B, D]
 * @param ones [B, D] of ones: an equal shape is several times faster than a broadcast scalar
 */
export function stepGru(
  tf: Tensorflow,
  net: GruTensors,
  input: Tensor2D,
  before: Tensor2D,
  ones: Tensor2D,
): GruStep {
  const product = (a: Tensor2D, b: Tensor2D, bias: GruTensors['leadBias']): Tensor2D =>
    tf.fused.matMul({ a, b, bias }) as Tensor2D
  const gate = (g: GruTensors['reset']) =>
    tf.sigmoid(
      tf.add(product(input, g.input, g.inputBias), product(before, g.hidden, g.hiddenBias)),
    ) as Tensor2D
  const reset = gate(net.reset)
  const update = gate(net.update)
  const { candidate: c } = net
  const recurrent = product(before, c.hidden, c.hiddenBias)
  const sum = tf.add(product(input, c.input, c.inputBias), tf.mul(reset, recurrent)) as Tensor2D
  const candidate = hyperbolicTangent(tf, sum, ones)
  const difference = tf.sub(before, candidate) as Tensor2D
  const after = tf.add(candidate, tf.mul(update, difference)) as Tensor2D
  return { before, reset, update, candidate, recurrent, difference, after }
}

/** tanh a = 2 σ(2a) − 1: the WebAssembly backend has a vector sigmoid, and a tanh that is five times slower. */
function hyperbolicTangent(tf: Tensorflow, a: Tensor2D, ones: Tensor2D): Tensor2D {
  const s = tf.sigmoid(tf.add(a, a))
  return tf.sub(tf.add(s, s), ones) as Tensor2D
}

/** `out = W_oh h' + W_ox x + b_o` for all rows at once. @returns [rows, H] */
export function readOut(tf: Tensorflow, net: GruTensors, hidden: Tensor2D, input: Tensor2D): Tensor2D {
  const fromInput = tf.fused.matMul({ a: input, b: net.inputToLeads, bias: net.leadBias })
  return tf.add(tf.matMul(hidden, net.hiddenToLeads), fromInput) as Tensor2D
}

/**
 * Steps `lanes` hidden states through `steps` inputs without a gradient.
 * @param inputs [T, B, F]
 * @param hidden [B, D]
 * @returns outputs [T, B, H] and the hidden state after the last step [B, D]
 */
export function unrollGru(
  tf: Tensorflow,
  weights: GruArrays,
  inputs: Float32Array,
  hidden: Float32Array,
  lanes: number,
): { outputs: Float32Array; hidden: Float32Array } {
  return tf.tidy(() => {
    const net = toTensors(tf, weights)
    const D = hidden.length / lanes
    const F = weights.inputToLeads.length / weights.leadBias.length
    const T = inputs.length / (lanes * F)
    const ones = tf.ones([lanes, D]) as Tensor2D
    let state: Tensor2D = tf.tensor2d(hidden, [lanes, D])
    const states: Tensor2D[] = []
    for (let t = 0; t < T; t++) {
      const input = tf.tensor2d(inputs.subarray(t * lanes * F, (t + 1) * lanes * F), [lanes, F])
      state = tf.tidy(() => stepGru(tf, net, input, state, ones).after)
      states.push(state)
    }
    const all = tf.tensor2d(inputs, [T * lanes, F])
    const outputs = readOut(tf, net, tf.concat(states, 0), all)
    return { outputs: outputs.dataSync() as Float32Array, hidden: state.dataSync() as Float32Array }
  })
}
