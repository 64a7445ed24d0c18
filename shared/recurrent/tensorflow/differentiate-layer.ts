import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayerHistory, StepBack, TensorflowCell } from './cells/cell.js'
import type { LayerWeights } from './layer-weights.js'
import type { Operations } from './operations.js'

export interface LayerOutside {
  /** T + 1: ∂loss/∂(h after t steps) through what reads it beside the layer itself. */
  readonly gradients: readonly (Tensor | undefined)[]
  /**
   * Whether what reads h comes after it, as the head does. The layer above reads it within the same step: its own state
   * after that step is part of the net's, so ∂loss/∂state leaves that way out.
   */
  readonly readLater: boolean
  /** T masks as on the way forward. */
  readonly masks: readonly (Tensor | undefined)[]
}

export interface LayerDerivative {
  /** T + 1 times ∂loss/∂(state after t steps), by part. */
  readonly states: readonly (readonly Tensor[])[]
  /** Of each gate, [T, B, D]. */
  readonly gates: ReturnType<ReturnType<TensorflowCell['differentiate']>['gateGradients']>
}

/** Goes back through all T steps of one layer. */
export function differentiateLayer(
  ops: Operations,
  cell: TensorflowCell,
  weights: LayerWeights,
  history: LayerHistory,
  { gradients, readLater, masks }: LayerOutside,
): LayerDerivative {
  const derivative = cell.differentiate(ops, weights, history)
  const zeros = ops.tf.zerosLike(history.states[0]![0]!)
  const steps = masks.length
  let state: readonly Tensor[] = history.states[0]!.map((_, part) =>
    part === 0 ? (gradients[steps] ?? zeros) : zeros,
  )
  const states: (readonly Tensor[])[] = [readLater ? state : state.map(() => zeros)]
  const carriers: (readonly Tensor[])[] = []
  for (let t = steps - 1; t >= 0; t--) {
    const mask = masks[t]
    const outside = gradients[t]
    const step = ops.tf.tidy(() => {
      const live = mask ? state.map((part) => ops.choose(mask, part, zeros)) : state
      const back = derivative.back(t, live)
      const before = back.terms.map((terms, part) => {
        const all = [...terms]
        // Where the row has ended the state stays, and so does its gradient.
        if (mask) all.push(ops.choose(mask, zeros, state[part]!))
        if (outside && readLater && part === 0) all.push(outside)
        return ops.sum(all)
      })
      const whole = before.map((sum, part) =>
        outside && !readLater && part === 0 ? ops.add(sum, outside) : sum,
      )
      return { before, whole, carriers: [...back.carriers] }
    })
    state = step.whole
    states.unshift(step.before)
    carriers.unshift(step.carriers)
  }
  return { states, gates: derivative.gateGradients(stackCarriers(ops, carriers)) }
}

/** T lists of carriers → each carrier of all steps, [T, B, D] */
function stackCarriers(ops: Operations, carriers: readonly StepBack['carriers'][]): readonly Tensor[] {
  return carriers[0]!.map((_, k) => ops.stack(carriers.map((step) => step[k]!)))
}
