import type { Tensor } from '@tensorflow/tfjs-core'
import type { LayerTensors } from '#shared/recurrent/tensors'
import type { LayerWeights } from '../layer-weights.js'
import type { Gates, Operations } from '../operations.js'

/**
 * One cell, forward and backward, by elements: the products with the inputs of all steps are done before the steps, and the
 * sums over all steps after them, by `unroll-layer.ts` and `differentiate-layer.ts`. The equations are in `net-shape.ts`.
 *
 * Backward, everything that does not depend on ∂loss/∂state is a factor that is computed for all steps at once, so that a
 * step back is few operations: ∂loss/∂(a gate before its activation) is a factor times a carrier, such as ∂loss/∂h'.
 */
export interface TensorflowCell {
  load(ops: Operations, layer: LayerTensors, sizes: LayerSizes): LayerWeights
  /**
   * @param projected W_x x + b of this step, one for each group of gates in `LayerWeights.projections`
   * @param state h [B, D], and for an LSTM c
   */
  step(
    ops: Operations,
    weights: LayerWeights,
    projected: readonly Gates[],
    state: readonly Tensor[],
  ): CellStep
  differentiate(ops: Operations, weights: LayerWeights, history: LayerHistory): CellDerivative
}

export interface LayerSizes {
  /** Numbers that the layer reads: F, or D above layer 0. */
  readonly inputs: number
  /** D */
  readonly hidden: number
}

export interface CellStep {
  readonly state: readonly Tensor[]
  /** What the way back needs, [B, D] each. */
  readonly kept: readonly Tensor[]
}

/** What a forward pass leaves. */
export interface LayerHistory {
  /** T + 1 states, the first before the first step. */
  readonly states: readonly (readonly Tensor[])[]
  /** What each of the T steps kept. */
  readonly kept: readonly (readonly Tensor[])[]
  /** [T, B, D] h after each step */
  readonly after: Tensor
}

export interface CellDerivative {
  /** @param state ∂loss/∂(state after the step), by part */
  back(step: number, state: readonly Tensor[]): StepBack
  /** @param carriers of all steps, [T, B, D] each */
  gateGradients(carriers: readonly Tensor[]): GateGradients
}

/** ∂loss/∂(what goes into each gate), [T, B, D]; the same tensor where both are the same. */
export interface GateGradients {
  /** Of W_x x + b_x. */
  readonly input: readonly Tensor[]
  /** Of W_h y + b_h, with y = h where `reads` is left out. */
  readonly hidden: readonly { readonly gradient: Tensor; readonly reads?: Tensor }[]
}

export interface StepBack {
  /** Terms of ∂loss/∂(state before the step), to be added, by part. */
  readonly terms: readonly (readonly Tensor[])[]
  readonly carriers: readonly Tensor[]
}

/** The k-th of what was kept, of all steps: [T, B, D] */
export function keptOfAll(ops: Operations, { kept }: LayerHistory, k: number): Tensor {
  return ops.stack(kept.map((step) => step[k]!))
}
