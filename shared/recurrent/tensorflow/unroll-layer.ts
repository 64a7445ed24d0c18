import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayerHistory, TensorflowCell } from './cells/cell.js'
import type { LayerWeights } from './layer-weights.js'
import type { Operations } from './operations.js'

export interface LayerInput {
  /** [T·B, F + 1] what the layer reads at each step, and a column of ones */
  readonly rows: Tensor
  /** By part, [B, D] each. */
  readonly state: readonly Tensor[]
  /** T masks [B, D], true where the row goes on at this step; undefined where all rows do. */
  readonly masks: readonly (Tensor | undefined)[]
  /** Whether to keep what the way back needs. */
  readonly keep: boolean
}

/** Steps one layer through all T steps. */
export function unrollLayer(
  ops: Operations,
  cell: TensorflowCell,
  weights: LayerWeights,
  { rows, state, masks, keep }: LayerInput,
): LayerHistory {
  const steps = masks.length
  const projections = weights.projections.map((group) => ops.projectSteps(rows, group, steps))
  const states: (readonly Tensor[])[] = [state]
  const kept: (readonly Tensor[])[] = []
  for (const [t, mask] of masks.entries()) {
    const before = states.at(-1)!
    const step = ops.tf.tidy(() => {
      const projected = projections.map((group) => group[t]!)
      const { state: reached, kept: left } = cell.step(ops, weights, projected, before)
      const after = mask ? reached.map((part, i) => ops.choose(mask, part, before[i]!)) : [...reached]
      return keep ? { after, left: [...left] } : { after, left: [] }
    })
    states.push(step.after)
    kept.push(step.left)
  }
  return { states, kept, after: ops.stack(states.slice(1).map(([h]) => h!)) }
}
