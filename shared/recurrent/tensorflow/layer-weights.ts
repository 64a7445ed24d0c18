import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayerTensors } from '#shared/recurrent/tensors'
import type { LayerSizes } from './cells/cell.js'
import type { Gates, Operations } from './operations.js'

/** One layer's weights on the backend, in groups of gates that are multiplied together. */
export interface LayerWeights {
  /** Groups of [F + 1, D], for inputs with a column of ones: their last row is the bias. */
  readonly projections: readonly Gates[]
  /** Groups of [D, D], h times which goes into the gates. */
  readonly hidden: readonly Gates[]
  /** Groups of [D, D], as stored: gates' gradients times which go into h's. */
  readonly hiddenStored: readonly Gates[]
  /** [G·D, F] as stored: gates' gradients times which go into the input's. */
  readonly inputStored: Tensor
}

/** What goes into a gate beside the recurrent product: the input, and which of the biases. */
export interface ProjectedGate {
  /** Its number in the order of the cell's equations. */
  readonly gate: number
  readonly bias: 'both' | 'input' | 'hidden'
  /** Left out: true. */
  readonly readsInput?: boolean
}

/** @returns [F + 1, D] for each gate */
export function uploadProjections(
  ops: Operations,
  layer: LayerTensors,
  { inputs, hidden }: LayerSizes,
  gates: readonly ProjectedGate[],
): Gates {
  const columns = inputs + 1
  const values = new Float32Array(gates.length * hidden * columns)
  let to = 0
  for (const { gate, bias, readsInput = true } of gates) {
    for (let row = gate * hidden; row < (gate + 1) * hidden; row++, to += columns) {
      if (readsInput) values.set(layer.inputToGates.subarray(row * inputs, (row + 1) * inputs), to)
      const [fromInput, fromHidden] = [layer.inputBias[row]!, layer.hiddenBias[row]!]
      values[to + inputs] =
        bias === 'both' ? fromInput + fromHidden : bias === 'input' ? fromInput : fromHidden
    }
  }
  return ops.transposeGates(ops.uploadGates(values, gates.length, columns))
}

/** @returns [D, D] of the gates from `from` on, as stored */
export function uploadHidden(
  ops: Operations,
  layer: LayerTensors,
  { hidden }: LayerSizes,
  from: number,
  gates: number,
): Gates {
  const one = hidden * hidden
  return ops.uploadGates(layer.hiddenToGates.subarray(from * one, (from + gates) * one), gates, hidden)
}

/** @returns [G·D, F] */
export function uploadInput(ops: Operations, layer: LayerTensors, { inputs }: LayerSizes): Tensor {
  return ops.tf.tensor(layer.inputToGates, [layer.inputToGates.length / inputs, inputs])
}
