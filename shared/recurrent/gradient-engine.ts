import type { NetShape } from './net-shape.js'

/** Runs nets over chunks of many sequences at once and differentiates them: what training is built on. */
export interface GradientEngine {
  readonly name: 'kernel' | 'tensorflow'
  /** What computes, and why this: for one log line. */
  readonly backend: string
  /** Memory for chunks of one size; `dispose` gives it back. */
  prepare(shape: NetShape, size: ChunkSize): UnrolledNet
}

export interface ChunkSize {
  /** B, rows that are run side by side */
  readonly lanes: number
  /** T */
  readonly steps: number
  /** Forward only: nothing is kept for `backward`, which then throws. */
  readonly forwardOnly?: boolean
}

/** T consecutive steps of B rows, as time-major arrays. */
export interface Chunk {
  /** [T, B, F], finite everywhere, also beyond a row's length */
  readonly inputs: Float32Array
  /** [B, S] states before the first step; parts in the order of `HiddenShape`. */
  readonly state: Float32Array
  /** [B] steps of each row, 0 to T; all T where it is left out. Beyond its length a row's state stays and its output is 0. */
  readonly lengths?: Int32Array
}

/** A net unrolled through time. Arrays that it gives out are its own, and hold until the next call. */
export interface UnrolledNet {
  readonly shape: NetShape
  readonly size: ChunkSize
  /** @param values [P] parameters, in the order of `tensorsOf` */
  forward(values: Float32Array, chunk: Chunk): ForwardPass
  /**
   * Back through all T steps of the last `forward`.
   * @param outputGradient [T, B, H] ∂loss/∂output; what stands beyond a row's length is ignored
   * @param want `stateGradients`: keep ∂loss/∂state for every step
   */
  backward(outputGradient: Float32Array, want?: { readonly stateGradients?: boolean }): BackwardPass
  dispose(): void
}

export interface ForwardPass {
  /** [T, B, H] */
  readonly outputs: Float32Array
  /** [B, S] states after the last step */
  readonly state: Float32Array
  /** [B, S] states after `steps` steps, 0 to T, as a copy. @throws Error for a net prepared `forwardOnly` */
  stateAfter(steps: number): Float32Array
}

export interface BackwardPass {
  /** [P] ∂loss/∂parameters */
  readonly gradient: Float32Array
  /** [B, S] ∂loss/∂(state before the first step) */
  readonly stateGradient: Float32Array
  /**
   * [T + 1, B, S] where wanted: entry t is ∂loss/∂(state after t steps), through every output and later state that reads it.
   * A state's parts count as independent: what one part makes of another within step t is not in it. 0 past a row's length.
   */
  readonly stateGradients: Float32Array | null
}
