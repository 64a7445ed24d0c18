import type { HiddenShape, NetShape } from './net-shape.js'
import type { RecurrentWeights } from './recurrent-weights.js'

/** Weights made ready for stepping by one engine. */
export interface LoadedWeights {
  readonly version: number
  readonly shape: NetShape
}

/**
 * Steps the hidden states of many series at once.
 *
 * Hidden states live in the engine, one per lane. Weights of different cells and sizes can be loaded side by side, as long
 * as they read the same features and give the same outputs; each steps lanes of its own hidden shape. A row's result
 * depends on its own lane, input and weights alone: never on the other rows, their number or their order (bit for bit), or
 * replay would not equal live.
 */
export interface RecurrentEngine {
  /** F */
  readonly inputs: number
  /** H */
  readonly outputs: number
  /** @throws WeightsRefusedError on a wrong shape or a value that is not finite */
  load(weights: RecurrentWeights): LoadedWeights
  /** Forget loaded weights; their memory is used again. */
  unload(weights: LoadedWeights): void
  /** A lane with a state of zeros, from a free list. */
  allocate(shape: HiddenShape): number
  free(lane: number): void
  clear(lane: number): void
  hiddenShape(lane: number): HiddenShape
  /** A copy of the lane's state, [parts × units]. */
  read(lane: number): Float32Array
  /** Copy one part of the lane's state, [units], to `out` from `at` on. */
  readPart(lane: number, part: number, out: Float32Array, at: number): void
  /** @throws RangeError when `state` has another length than the lane */
  write(lane: number, state: Float32Array): void
  /**
   * Move `count` lanes one step on and read the heads out.
   * @param lanes [≥ count], all different, of the weights' hidden shape
   * @param inputs [≥ count × F], row by row
   * @param outputs [≥ count × H], written row by row
   */
  step(
    weights: LoadedWeights,
    lanes: Int32Array,
    inputs: Float32Array,
    outputs: Float32Array,
    count: number,
  ): void
}
