import { uploadHidden, uploadInput, uploadProjections } from '../layer-weights.js'
import { addGates, multiplyByGates, termsOfGates } from '../operations.js'
import { keptOfAll, type TensorflowCell } from './cell.js'

/**
 * `gru-reset-before`: the reset gate acts on the state, m = r ∘ h. With a for what stands before an activation and d for
 * ∂loss/∂:
 *
 *     da_n = dh' ∘ (1 − z) ∘ (1 − n²)      dm = W_hnᵀ da_n
 *     da_z = dh' ∘ (h − n) ∘ z ∘ (1 − z)   da_r = dm ∘ h ∘ r ∘ (1 − r)
 *     dh = dh' ∘ z + dm ∘ r + W_hrᵀ da_r + W_hzᵀ da_z
 *
 * so that dh' and dm carry all gates' gradients; (h − n) ∘ z is h' − n.
 */
export const gruResetBeforeCell: TensorflowCell = {
  load: (ops, layer, sizes) => {
    const stored = [0, 1, 2].map((gate) => uploadHidden(ops, layer, sizes, gate, 1))
    return {
      projections: [
        uploadProjections(ops, layer, sizes, [
          { gate: 0, bias: 'both' },
          { gate: 1, bias: 'both' },
        ]),
        uploadProjections(ops, layer, sizes, [{ gate: 2, bias: 'both' }]),
      ],
      hidden: [ops.transposeGates(uploadHidden(ops, layer, sizes, 0, 2)), ops.transposeGates(stored[2]!)],
      hiddenStored: stored,
      inputStored: uploadInput(ops, layer, sizes),
    }
  },
  step: (ops, { hidden }, [projected, candidateInput], [h]) => {
    const sums = addGates(ops, projected!, multiplyByGates(ops, h!, hidden[0]!))
    const [reset, update] = ops.separate(sums.map((sum) => ops.sigmoid(sum)))
    const kept = ops.multiply(reset!, h!)
    const candidate = ops.hyperbolicTangent(ops.add(candidateInput![0]!, ops.product(kept, hidden[1]![0]!)))
    const after = ops.add(candidate, ops.multiply(update!, ops.subtract(h!, candidate)))
    return { state: [after], kept: [reset!, update!, candidate, kept] }
  },
  differentiate: (ops, { hiddenStored }, history) => {
    const [r, z, n, m] = [0, 1, 2, 3].map((k) => keptOfAll(ops, history, k)) // [T, B, D]
    const open = ops.complement(z!)
    const toCandidate = ops.multiply(open, ops.complement(ops.multiply(n!, n!)))
    const toUpdate = ops.multiply(ops.subtract(history.after, n!), open)
    const toReset = ops.multiply(m!, ops.complement(r!))
    const [candidates, updates, resets] = [toCandidate, toUpdate, toReset].map((factor) =>
      ops.separateSteps([factor]).map(([step]) => step!),
    )
    return {
      back: (step, [dAfter]) => {
        const [reset, update] = history.kept[step]!
        const dCandidate = ops.multiply(candidates![step]!, dAfter!)
        const dKept = ops.product(dCandidate, hiddenStored[2]![0]!)
        const dReset = ops.multiply(resets![step]!, dKept)
        const dUpdate = ops.multiply(updates![step]!, dAfter!)
        return {
          terms: [
            [
              ops.multiply(dAfter!, update!),
              ops.multiply(dKept, reset!),
              ...termsOfGates(ops, [dReset], hiddenStored[0]!),
              ...termsOfGates(ops, [dUpdate], hiddenStored[1]!),
            ],
          ],
          carriers: [dAfter!, dKept],
        }
      },
      gateGradients: ([dAfter, dKept]) => {
        const reset = ops.multiply(toReset, dKept!)
        const update = ops.multiply(toUpdate, dAfter!)
        const candidate = ops.multiply(toCandidate, dAfter!)
        return {
          input: [reset, update, candidate],
          hidden: [{ gradient: reset }, { gradient: update }, { gradient: candidate, reads: m! }],
        }
      },
    }
  },
}
