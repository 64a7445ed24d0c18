import type { Tensor2D } from '@tensorflow/tfjs-core'
import type { Tensorflow } from './backend.js'
import { type GruStep, readOut, stepGru } from './gru-step.js'
import { type GruArrays, type GruTensors, toTensors } from './gru-tensors.js'

/** A chunk of B lanes over T consecutive steps, as time-major arrays. */
export interface GruChunk {
  readonly lanes: number
  /** [T, B, F] */
  readonly inputs: Float32Array
  /** [T, B, H], in the units of the head's output; finite everywhere, also where the weight is 0. */
  readonly targets: Float32Array
  /** [T, B, H] weight of each target in the loss; 0 leaves it out. */
  readonly lossWeights: Float32Array
  /** [B, D] hidden state before the first step; no gradient flows beyond it. */
  readonly hidden: Float32Array
}

export interface ChunkGradient {
  /** Weighted sum of the Huber losses. */
  readonly loss: number
  /** Of that sum, for every parameter, in the layout of `GruWeights`. */
  readonly gradient: GruArrays
  /** [B, D] hidden state after the last step. */
  readonly hidden: Float32Array
}

/**
 * Loss and gradient of one chunk: truncated BPTT, hand-unrolled.
 *
 * The backward pass is written out because the automatic one multiplies with transposed operands, for which the
 * WebAssembly backend has only a scalar loop. Derivatives, with the names of `gru-weights.ts` and d for ∂loss/∂:
 *
 *     dn = dh' ∘ (1 − z)           da_n = dn ∘ (1 − n²)         d(W_hn h + b_hn) = da_n ∘ r
 *     dz = dh' ∘ (h − n)           da_z = dz ∘ z ∘ (1 − z)
 *     dr = da_n ∘ (W_hn h + b_hn)  da_r = dr ∘ r ∘ (1 − r)
 *     dh = dh' ∘ z + W_hrᵀ da_r + W_hzᵀ da_z + W_hnᵀ (da_n ∘ r)
 *
 * @param huberDelta the loss is e²/2 to this error and linear beyond it
 */
export function differentiateChunk(
  tf: Tensorflow,
  weights: GruArrays,
  chunk: GruChunk,
  huberDelta: number,
): ChunkGradient {
  return tf.tidy(() => {
    const net = toTensors(tf, weights)
    const B = chunk.lanes
    const D = chunk.hidden.length / B
    const H = weights.leadBias.length
    const F = weights.inputToLeads.length / H
    const T = chunk.inputs.length / (B * F)
    const ones = tf.ones([B, D]) as Tensor2D
    const steps: GruStep[] = []
    let state: Tensor2D = tf.tensor2d(chunk.hidden, [B, D])
    for (let t = 0; t < T; t++) {
      const input = tf.tensor2d(chunk.inputs.subarray(t * B * F, (t + 1) * B * F), [B, F])
      const step = stepGru(tf, net, input, state, ones)
      steps.push(step)
      state = step.after
    }
    const inputs = tf.tensor2d(chunk.inputs, [T * B, F])
    const states = stack(tf, steps, (s) => s.after) // [T·B, D]
    const outputs = readOut(tf, net, states, inputs) // [T·B, H]
    const lossWeights = tf.tensor2d(chunk.lossWeights, [T * B, H])
    const error = tf.sub(outputs, tf.tensor2d(chunk.targets, [T * B, H]))
    const clipped = tf.clipByValue(error, -huberDelta, huberDelta)
    const weighted = tf.mul(clipped, lossWeights) as Tensor2D // ∂loss/∂outputs
    // Huber(e) = c e − c²/2 = c (e − c/2) with c = e clipped at ± delta.
    const loss = tf.sum(tf.mul(weighted, tf.sub(error, tf.mul(clipped, 0.5)))).dataSync()[0]!
    const toStates = tf.matMul<Tensor2D>(weighted, net.hiddenToLeadsStored) // [T·B, D]
    const gates = differentiateSteps(tf, net, steps, toStates, ones)
    const gradient = collectGradient(tf, steps, gates, inputs, states, weighted)
    return { loss, gradient, hidden: state.dataSync() as Float32Array }
  })
}

/** Gradients of the gates' pre-activations, per step, [B, D] each. */
interface GateGradients {
  readonly reset: Tensor2D[]
  readonly update: Tensor2D[]
  readonly candidate: Tensor2D[]
  /** Of W_hn h + b_hn. */
  readonly recurrent: Tensor2D[]
}

function differentiateSteps(
  tf: Tensorflow,
  net: GruTensors,
  steps: readonly GruStep[],
  fromHead: Tensor2D,
  ones: Tensor2D,
): GateGradients {
  const [B, D] = ones.shape
  const gates: GateGradients = { reset: [], update: [], candidate: [], recurrent: [] }
  let after: Tensor2D | undefined
  for (let t = steps.length - 1; t >= 0; t--) {
    const { reset, update, candidate, recurrent, difference } = steps[t]!
    const head = tf.slice(fromHead, [t * B, 0], [B, D])
    const dAfter = after === undefined ? head : tf.add(after, head)
    const throughUpdate = tf.mul(dAfter, update)
    const dCandidate = tf.mul(tf.sub(dAfter, throughUpdate), tf.sub(ones, tf.mul(candidate, candidate)))
    const dUpdate = tf.mul(tf.mul(throughUpdate, difference), tf.sub(ones, update)) as Tensor2D
    const dRecurrent = tf.mul(dCandidate, reset) as Tensor2D
    const dReset = tf.mul(tf.mul(dRecurrent, recurrent), tf.sub(ones, reset)) as Tensor2D
    gates.reset[t] = dReset
    gates.update[t] = dUpdate
    gates.candidate[t] = dCandidate as Tensor2D
    gates.recurrent[t] = dRecurrent
    if (t === 0) break
    const back = tf.add(
      tf.matMul(dReset, net.reset.hiddenStored),
      tf.matMul(dUpdate, net.update.hiddenStored),
    )
    const throughRecurrent = tf.matMul(dRecurrent, net.candidate.hiddenStored)
    after = tf.add(tf.add(throughUpdate, throughRecurrent), back) as Tensor2D
  }
  return gates
}

/** Sums over all rows by one product each; a row of ones below the transposed inputs gives the biases. */
function collectGradient(
  tf: Tensorflow,
  steps: readonly GruStep[],
  gates: GateGradients,
  inputs: Tensor2D,
  states: Tensor2D,
  dOutputs: Tensor2D,
): GruArrays {
  const row = tf.ones([1, inputs.shape[0]]) as Tensor2D
  const inputRows = tf.concat([tf.transpose(inputs), row], 0) // [F + 1, T·B]
  const beforeRows = tf.concat([tf.transpose(stack(tf, steps, (s) => s.before)), row], 0) // [D + 1, T·B]
  const reset = tf.concat(gates.reset, 0) // [T·B, D]
  const update = tf.concat(gates.update, 0)
  const candidate = tf.concat(gates.candidate, 0)
  const recurrent = tf.concat(gates.recurrent, 0)
  const byInput = [reset, update, candidate].map((gate) => tf.matMul<Tensor2D>(inputRows, gate)) // [F + 1, D]
  const byHidden = [reset, update, recurrent].map((gate) => tf.matMul<Tensor2D>(beforeRows, gate)) // [D + 1, D]
  const leadsByInput = tf.matMul<Tensor2D>(inputRows, dOutputs) // [F + 1, H]
  const leadsByHidden = tf.matMul(tf.transpose(states), dOutputs) // [D, H]
  const input = splitBias(tf, tf.concat(byInput, 1))
  const hidden = splitBias(tf, tf.concat(byHidden, 1))
  const leads = splitBias(tf, leadsByInput)
  return {
    inputToGates: input.weights,
    inputBias: input.bias,
    hiddenToGates: hidden.weights,
    hiddenBias: hidden.bias,
    hiddenToLeads: tf.transpose(leadsByHidden).dataSync() as Float32Array,
    inputToLeads: leads.weights,
    leadBias: leads.bias,
  }
}

/** [N + 1, M] → weights [M, N] and bias [M] as arrays. */
function splitBias(tf: Tensorflow, sums: Tensor2D): { weights: Float32Array; bias: Float32Array } {
  const [rows, columns] = sums.shape
  const weights = tf.transpose(tf.slice(sums, [0, 0], [rows - 1, columns]))
  const bias = tf.slice(sums, [rows - 1, 0], [1, columns])
  return { weights: weights.dataSync() as Float32Array, bias: bias.dataSync() as Float32Array }
}

function stack(tf: Tensorflow, steps: readonly GruStep[], pick: (step: GruStep) => Tensor2D): Tensor2D {
  return tf.concat(steps.map(pick), 0)
}
