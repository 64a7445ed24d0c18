import type { GruWeights } from './gru-weights.js'

/** Weights made ready for stepping by one engine. */
export interface LoadedWeights {
  readonly version: number
}

/**
 * Steps the hidden states of many series at once.
 *
 * Hidden states live in the engine, one per lane. A row's result depends on its own lane, input and weights alone:
 * never on the other rows, their number or their order (bit for bit), or replay would not equal live.
 */
export interface RecurrentEngine {
  /** D */
  readonly hidden: number
  /** F */
  readonly inputs: number
  /** H */
  readonly leads: number
  /** @throws WeightsRefusedError on a wrong shape or a value that is not finite */
  load(weights: GruWeights): LoadedWeights
  /** Forget loaded weights; their memory is used again. */
  unload(weights: LoadedWeights): void
  /** A lane with a zero hidden state, from a free list. */
  allocate(): number
  free(lane: number): void
  clear(lane: number): void
  /** A copy of the lane's hidden state, [D]. */
  read(lane: number): Float32Array
  /** @throws RangeError when `state` has not D values */
  write(lane: number, state: Float32Array): void
  /**
   * Move `count` lanes one step on and read the heads out.
   * @param lanes [≥ count], all different
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
