import type { Tensor } from '@tensorflow/tfjs-core'
import type { Tensorflow } from './backend.js'

/**
 * One value for each gate of a cell: one stacked tensor [G, …], or a list of G tensors. Operations by element are done on
 * each tensor of the list, so that the same code runs both.
 */
export type Gates = readonly Tensor[]

/** How a backend holds gates and steps, since what costs most differs between them. */
export interface GateLayout {
  /** @param values [G · D, N], the gates one below another, as [G, D, N] or G × [D, N] */
  uploadGates(values: Float32Array, gates: number, columns: number): Gates
  /** [.., D, N] → [.., N, D] */
  transposeGates(gates: Gates): Gates
  /** G tensors of one shape → gates */
  joinSteps(perGate: readonly Tensor[]): Gates
  /** Gates of one step → G tensors [B, D] */
  separate(gates: Gates): readonly Tensor[]
  /** [T·B, N] times gates of [N, D]: for each step its gates of [B, D] */
  projectSteps(rows: Tensor, weights: Gates, steps: number): readonly Gates[]
  /** Gates joined of [T, B, D]: for each step its gates of [B, D] */
  separateSteps(gates: Gates): readonly Gates[]
  /** [T·B, M]ᵀ [T·B, N]: the sum over all rows, as an array [M, N] */
  sumProducts(left: Tensor, right: Tensor): Float32Array
  hyperbolicTangent(x: Tensor): Tensor
}

/**
 * The operations that the cells are written in, on one backend. They call the kernels of TensorFlow.js without the checks of
 * its public functions, which cost as much as a small kernel does: shapes are right here, and no tape runs.
 */
export interface BasicOperations {
  readonly tf: Tensorflow
  add(a: Tensor, b: Tensor): Tensor
  subtract(a: Tensor, b: Tensor): Tensor
  multiply(a: Tensor, b: Tensor): Tensor
  /** Of one shape. */
  sum(terms: readonly Tensor[]): Tensor
  /** 1 − x */
  complement(x: Tensor): Tensor
  sigmoid(x: Tensor): Tensor
  relu(x: Tensor): Tensor
  product(a: Tensor, b: Tensor): Tensor
  /** One below another along the first axis that is new: [..] × T → [T, ..] */
  stack(tensors: readonly Tensor[]): Tensor
  unstack(tensor: Tensor): readonly Tensor[]
  reshape(x: Tensor, shape: readonly number[]): Tensor
  /** `rows` where the mask [B, D] is true, else `others` */
  choose(mask: Tensor, rows: Tensor, others: Tensor): Tensor
}

export type Operations = BasicOperations & GateLayout

/** Gates + gates, tensor by tensor. */
export function addGates(ops: Operations, a: Gates, b: Gates): Gates {
  return a.map((gate, i) => ops.add(gate, b[i]!))
}

/** Each gate times the same [B, D]. */
export function scaleGates(ops: Operations, gates: Gates, by: Tensor): Gates {
  return gates.map((gate) => ops.multiply(gate, by))
}

/** The same [B, N] times each gate's [N, D]. */
export function multiplyByGates(ops: Operations, rows: Tensor, weights: Gates): Gates {
  return weights.map((weight) => ops.product(rows, weight))
}

/** Σ over the gates of [B, D] times [D, N], as terms [B, N] that are still to be added. */
export function termsOfGates(ops: Operations, gates: Gates, weights: Gates): readonly Tensor[] {
  return ops.separate(gates.map((gate, i) => ops.product(gate, weights[i]!)))
}
