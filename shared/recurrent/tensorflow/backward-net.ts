import type { Tensor } from '@tensorflow/tfjs-core'
import type { NetShape } from '#shared/recurrent/net-shape'
import { type LayerTensors, type NetTensors, viewTensors } from '#shared/recurrent/tensors'
import type { GateGradients } from './cells/cell.js'
import { tensorflowCells } from './cells/tensorflow-cells.js'
import { differentiateLayer } from './differentiate-layer.js'
import { flatten, type LayerRun, type NetHistory, stateBefore } from './forward-net.js'
import { differentiateOutput } from './head.js'
import type { Operations } from './operations.js'

/**
 * Goes back through the last forward pass, from the head to layer 0.
 * @param outputGradient [T·B, H]
 * @param values [P] where the gradient is written
 * @returns T + 1 times ∂loss/∂state by part, over all layers
 */
export function runBackward(
  ops: Operations,
  shape: NetShape,
  history: NetHistory,
  outputGradient: Tensor,
  values: Float32Array,
): readonly (readonly Tensor[])[] {
  const { layers, masks, head, headReads, outputs } = history
  const gradient = viewTensors(shape, values)
  const dLinear = differentiateOutput(ops, shape, outputGradient, outputs)
  sumHead(ops, shape, gradient, dLinear, headReads, layers[0]!.rows)
  const steps = masks.length
  const byLayer: (readonly (readonly Tensor[])[])[] = []
  let outside = separate(ops, ops.product(dLinear, head.hiddenStored), steps)
  for (let layer = shape.layers - 1; layer >= 0; layer--) {
    const run = layers[layer]!
    const top = layer === shape.layers - 1
    const readBefore = top && shape.cell === 'concatenation'
    const { states, gates } = differentiateLayer(ops, tensorflowCells[shape.cell], run.weights, run.history, {
      gradients: readBefore ? [...outside, undefined] : [undefined, ...outside],
      readLater: top,
      masks,
    })
    sumLayer(ops, gradient.layers[layer]!, run, gates)
    byLayer.unshift(states)
    if (layer > 0) outside = separate(ops, inputGradient(ops, run, gates), steps)
  }
  return Array.from({ length: steps + 1 }, (_, t) => byLayer.flatMap((states) => states[t]!))
}

/** [T·B, D] → T × [B, D] */
function separate(ops: Operations, rows: Tensor, steps: number): readonly Tensor[] {
  const [count, units] = rows.shape as [number, number]
  return ops.separateSteps([ops.reshape(rows, [steps, count / steps, units])]).map(([step]) => step!)
}

/** Σ over the gates of their gradients times their weights. @returns [T·B, inputs] */
function inputGradient(ops: Operations, { weights }: LayerRun, { input }: GateGradients): Tensor {
  const gates = input.map((gate) => flatten(ops, gate))
  const all = gates.length === 1 ? gates[0]! : ops.tf.concat(gates, 1)
  return ops.product(all, weights.inputStored)
}

function sumHead(
  ops: Operations,
  shape: NetShape,
  gradient: NetTensors,
  dLinear: Tensor,
  headReads: Tensor,
  rows: Tensor,
): void {
  gradient.hiddenToOutputs.set(ops.sumProducts(dLinear, headReads))
  takeApart(ops.sumProducts(dLinear, rows), shape.inputs, gradient.inputToOutputs, gradient.outputBias)
}

function sumLayer(
  ops: Operations,
  into: LayerTensors,
  { rows, history }: LayerRun,
  { input, hidden }: GateGradients,
): void {
  const units = history.after.shape[2]!
  const inputs = rows.shape[1]! - 1
  const before = flatten(ops, stateBefore(ops, history.states))
  const ones = ops.tf.ones([before.shape[0]!, 1])
  const byInput = input.map((gate) => flatten(ops, gate))
  for (const [gate, gradient] of byInput.entries()) {
    const from = gate * units
    const weights = into.inputToGates.subarray(from * inputs, (from + units) * inputs)
    takeApart(ops.sumProducts(gradient, rows), inputs, weights, into.inputBias.subarray(from, from + units))
  }
  for (const [gate, { gradient, reads }] of hidden.entries()) {
    const from = gate * units
    const same = gradient === input[gate]
    const flat = same ? byInput[gate]! : flatten(ops, gradient)
    const read = reads ? flatten(ops, reads) : before
    into.hiddenToGates.set(ops.sumProducts(flat, read), from * units)
    const bias = same ? into.inputBias.subarray(from, from + units) : ops.sumProducts(flat, ones)
    into.hiddenBias.set(bias, from)
  }
}

/** [M, N + 1] → weights [M, N], left out where there are none, and the last column as bias [M] */
function takeApart(sums: Float32Array, columns: number, weights: Float32Array, bias: Float32Array): void {
  for (let row = 0; row < bias.length; row++) {
    const from = row * (columns + 1)
    if (weights.length > 0) weights.set(sums.subarray(from, from + columns), row * columns)
    bias[row] = sums[from + columns]!
  }
}
