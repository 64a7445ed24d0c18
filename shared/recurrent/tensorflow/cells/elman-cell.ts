import type { Tensor } from '@tensorflow/tfjs-core'
import { uploadHidden, uploadInput, uploadProjections } from '../layer-weights.js'
import { addGates, multiplyByGates, type Operations, termsOfGates } from '../operations.js'
import { keptOfAll, type TensorflowCell } from './cell.js'

/** φ of an Elman cell, and its derivative by what it gives. */
export interface Activation {
  activate(ops: Operations, x: Tensor): Tensor
  /** φ'(x), from h' = φ(x). */
  slope(ops: Operations, after: Tensor): Tensor
}

export const tanhActivation: Activation = {
  activate: (ops, x) => ops.hyperbolicTangent(x),
  slope: (ops, after) => ops.complement(ops.multiply(after, after)),
}

export const sigmoidActivation: Activation = {
  activate: (ops, x) => ops.sigmoid(x),
  slope: (ops, after) => ops.multiply(after, ops.complement(after)),
}

/** The derivative at 0 is 0, as in PyTorch. */
export const reluActivation: Activation = {
  activate: (ops, x) => ops.relu(x),
  slope: (ops, after) => ops.tf.step(after),
}

/**
 * `elman-*`, and `concatenation` without an activation. With a = W_x x + b_x + W_h h + b_h and d for ∂loss/∂:
 *
 *     h' = φ(a)    da = dh' ∘ φ'(a)    dh = W_hᵀ da
 */
export function elmanCell(activation: Activation | null): TensorflowCell {
  return {
    load: (ops, layer, sizes) => {
      const stored = uploadHidden(ops, layer, sizes, 0, 1)
      return {
        projections: [uploadProjections(ops, layer, sizes, [{ gate: 0, bias: 'both' }])],
        hidden: [ops.transposeGates(stored)],
        hiddenStored: [stored],
        inputStored: uploadInput(ops, layer, sizes),
      }
    },
    step: (ops, { hidden }, [projected], [h]) => {
      const [sum] = ops.separate(addGates(ops, projected!, multiplyByGates(ops, h!, hidden[0]!)))
      const after = activation ? activation.activate(ops, sum!) : sum!
      return { state: [after], kept: [after] }
    },
    differentiate: (ops, { hiddenStored }, history) => {
      // Of what the cell gave, not of the state, which stays where a row has ended.
      const factor = activation?.slope(ops, keptOfAll(ops, history, 0)) // [T, B, D]
      const factors = factor && ops.separateSteps([factor])
      return {
        back: (step, [dAfter]) => {
          const gradient = factors ? ops.multiply(factors[step]![0]!, dAfter!) : dAfter!
          return { terms: [termsOfGates(ops, [gradient], hiddenStored[0]!)], carriers: [dAfter!] }
        },
        gateGradients: ([dAfter]) => {
          const gradient = factor ? ops.multiply(factor, dAfter!) : dAfter!
          return { input: [gradient], hidden: [{ gradient }] }
        },
      }
    },
  }
}
