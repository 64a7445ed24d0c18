import { uploadHidden, uploadInput, uploadProjections } from '../layer-weights.js'
import { addGates, multiplyByGates, scaleGates, termsOfGates } from '../operations.js'
import { keptOfAll, type TensorflowCell } from './cell.js'

/**
 * `lstm`. With s = tanh c', a for what stands before an activation, d for ∂loss/∂, and dc for what comes from the step
 * after:
 *
 *     dc' = dc + dh' ∘ o ∘ (1 − s²)          da_o = dh' ∘ s ∘ o ∘ (1 − o)
 *     da_i = dc' ∘ g ∘ i ∘ (1 − i)           da_f = dc' ∘ c ∘ f ∘ (1 − f)
 *     da_g = dc' ∘ i ∘ (1 − g²)
 *     dh = W_hᵀ da                           dc = dc' ∘ f
 *
 * so that dh' and dc' carry all gates' gradients.
 */
export const lstmCell: TensorflowCell = {
  load: (ops, layer, sizes) => ({
    projections: [
      uploadProjections(
        ops,
        layer,
        sizes,
        [0, 1, 2, 3].map((gate) => ({ gate, bias: 'both' })),
      ),
    ],
    hidden: [ops.transposeGates(uploadHidden(ops, layer, sizes, 0, 4))],
    hiddenStored: [uploadHidden(ops, layer, sizes, 0, 3), uploadHidden(ops, layer, sizes, 3, 1)],
    inputStored: uploadInput(ops, layer, sizes),
  }),
  step: (ops, { hidden }, [projected], [h, c]) => {
    const sums = addGates(ops, projected!, multiplyByGates(ops, h!, hidden[0]!))
    const [toInput, toForget, toCell, toOutput] = ops.separate(sums)
    const [input, forget, output] = [toInput, toForget, toOutput].map((sum) => ops.sigmoid(sum!))
    const candidate = ops.hyperbolicTangent(toCell!)
    const cellState = ops.add(ops.multiply(forget!, c!), ops.multiply(input!, candidate))
    const squashed = ops.hyperbolicTangent(cellState)
    const after = ops.multiply(output!, squashed)
    return { state: [after, cellState], kept: [input!, forget!, candidate, output!, squashed] }
  },
  differentiate: (ops, { hiddenStored }, history) => {
    const [i, f, g, o, s] = [0, 1, 2, 3, 4].map((k) => keptOfAll(ops, history, k)) // [T, B, D]
    const c = ops.stack(history.states.slice(0, -1).map((state) => state[1]!))
    const toCellState = ops.multiply(o!, ops.complement(ops.multiply(s!, s!)))
    const toOutput = ops.multiply(ops.multiply(s!, o!), ops.complement(o!))
    const toInput = ops.multiply(ops.multiply(g!, i!), ops.complement(i!))
    const toForget = ops.multiply(ops.multiply(c, f!), ops.complement(f!))
    const toCell = ops.multiply(i!, ops.complement(ops.multiply(g!, g!)))
    const factors = ops.separateSteps(ops.joinSteps([toInput, toForget, toCell]))
    const [cellStates, outputs] = [toCellState, toOutput].map((factor) =>
      ops.separateSteps([factor]).map(([step]) => step!),
    )
    return {
      back: (step, [dAfter, dCellAfter]) => {
        const dCell = ops.add(dCellAfter!, ops.multiply(cellStates![step]!, dAfter!))
        const gates = scaleGates(ops, factors[step]!, dCell)
        const dOutput = ops.multiply(outputs![step]!, dAfter!)
        return {
          terms: [
            [
              ...termsOfGates(ops, gates, hiddenStored[0]!),
              ...termsOfGates(ops, [dOutput], hiddenStored[1]!),
            ],
            [ops.multiply(dCell, history.kept[step]![1]!)],
          ],
          carriers: [dAfter!, dCell],
        }
      },
      gateGradients: ([dAfter, dCell]) => {
        const input = [
          ops.multiply(toInput, dCell!),
          ops.multiply(toForget, dCell!),
          ops.multiply(toCell, dCell!),
          ops.multiply(toOutput, dAfter!),
        ]
        return { input, hidden: input.map((gradient) => ({ gradient })) }
      },
    }
  },
}
