import { uploadHidden, uploadInput, uploadProjections } from '../layer-weights.js'
import { addGates, multiplyByGates, scaleGates, termsOfGates } from '../operations.js'
import { keptOfAll, type TensorflowCell } from './cell.js'

/**
 * `gru`: the reset gate acts on u = W_hn h + b_hn. With a for what stands before an activation and d for ∂loss/∂:
 *
 *     da_n = dh' ∘ (1 − z) ∘ (1 − n²)      du = da_n ∘ r
 *     da_z = dh' ∘ (h − n) ∘ z ∘ (1 − z)   da_r = da_n ∘ u ∘ r ∘ (1 − r)
 *     dh = dh' ∘ z + W_hrᵀ da_r + W_hzᵀ da_z + W_hnᵀ du
 *
 * all of them dh' times a factor; (h − n) ∘ z is h' − n.
 */
export const gruCell: TensorflowCell = {
  load: (ops, layer, sizes) => {
    const stored = uploadHidden(ops, layer, sizes, 0, 3)
    return {
      projections: [
        // u has no input: it stands here for its bias.
        uploadProjections(ops, layer, sizes, [
          { gate: 0, bias: 'both' },
          { gate: 1, bias: 'both' },
          { gate: 2, bias: 'hidden', readsInput: false },
        ]),
        uploadProjections(ops, layer, sizes, [{ gate: 2, bias: 'input' }]),
      ],
      hidden: [ops.transposeGates(stored)],
      hiddenStored: [stored],
      inputStored: uploadInput(ops, layer, sizes),
    }
  },
  step: (ops, { hidden }, [projected, candidateInput], [h]) => {
    const sums = addGates(ops, projected!, multiplyByGates(ops, h!, hidden[0]!))
    const [toReset, toUpdate, u] = ops.separate(sums)
    const [reset, update] = [ops.sigmoid(toReset!), ops.sigmoid(toUpdate!)]
    const candidate = ops.hyperbolicTangent(ops.add(candidateInput![0]!, ops.multiply(reset, u!)))
    const after = ops.add(candidate, ops.multiply(update, ops.subtract(h!, candidate)))
    return { state: [after], kept: [reset, update, candidate, u!] }
  },
  differentiate: (ops, { hiddenStored }, history) => {
    const [r, z, n, u] = [0, 1, 2, 3].map((k) => keptOfAll(ops, history, k)) // [T, B, D]
    const open = ops.complement(z!)
    const toCandidate = ops.multiply(open, ops.complement(ops.multiply(n!, n!)))
    const toU = ops.multiply(toCandidate, r!)
    const toReset = ops.multiply(ops.multiply(toU, u!), ops.complement(r!))
    const toUpdate = ops.multiply(ops.subtract(history.after, n!), open)
    const factors = ops.separateSteps(ops.joinSteps([toReset, toUpdate, toU]))
    return {
      back: (step, [dAfter]) => {
        const gates = scaleGates(ops, factors[step]!, dAfter!)
        const carried = ops.multiply(dAfter!, history.kept[step]![1]!)
        return {
          terms: [[carried, ...termsOfGates(ops, gates, hiddenStored[0]!)]],
          carriers: [dAfter!],
        }
      },
      gateGradients: ([dAfter]) => {
        const [dReset, dUpdate, dCandidate, dU] = [toReset, toUpdate, toCandidate, toU].map((factor) =>
          ops.multiply(factor, dAfter!),
        )
        return {
          input: [dReset!, dUpdate!, dCandidate!],
          hidden: [dReset!, dUpdate!, dU!].map((gradient) => ({ gradient })),
        }
      },
    }
  },
}
