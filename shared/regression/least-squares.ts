/**
 * One sample of each of B series. Values, rows and anchors are in scaled units.
 * A slot may stand once only in a batch.
 */
export interface LeastSquaresBatch {
  readonly slots: Int32Array
  /** [B] place of the sample on its series' grid: rising by one, or by more after a gap. */
  readonly indices: Float64Array
  /** [B] */
  readonly values: Float32Array
  /** [B] 0 where the value stands in for a missing one: neither a target nor, later, a row to learn from. */
  readonly learns: Uint8Array
  /** [B][features] regressors x as they are known with this sample; taken as clipped to ±30. */
  readonly rows: Float32Array
  /** [B][leads] what the forecasts start from: the regression learns the rest. */
  readonly anchors: Float32Array
  /** [B][leads] anchor + w·x after this sample was learned from. Left alone when absent. */
  readonly out?: Float32Array | undefined
  /** [B][leads] the same by the weights of the fast leads, and for the others what `out` says. Left alone when absent. */
  readonly fastOut?: Float32Array | undefined
  /** How many series of the arrays count; all when absent. */
  readonly count?: number
}

/**
 * Recursive least squares with forgetting for many series at once, in float32. The leads of a series share one covariance;
 * each learns when its own targets arrive, by the gain of their origin, so that the weights of lead h are those of a
 * forgetting ridge regression on all pairs whose target has arrived (model findings § 2).
 */
export interface LeastSquares {
  readonly features: number
  readonly leads: number
  /** Leads 1 to this learn and are issued as anchor + w·x; those above are issued as their anchors. */
  readonly leadsLearned: number
  /** Leads 1 to this are learned a second time, with a shorter memory. */
  readonly fastLeads: number
  /** Bytes that one series takes. */
  readonly slotBytes: number
  /**
   * A slot that knows nothing: all weights 0, so that it issues its anchors.
   * @throws LeastSquaresMemoryFullError
   */
  allocate(): number
  /** @throws RangeError when the slot is not allocated, as all below */
  free(slot: number): void
  clear(slot: number): void
  /** Learn nothing from the forecasts whose targets have not arrived: they knew nothing of the level that came. */
  outdate(slot: number): void
  /** The lowest index that the slot may be advanced to; 0 while it knows nothing. */
  nextIndex(slot: number): number
  /**
   * Learn from what matured, take the rows up, write the forecasts.
   * @throws RangeError when an array is too short or a slot is not allocated: nothing has moved
   */
  advance(batch: LeastSquaresBatch): void
  /** Floats that `save` writes. */
  readonly savedLength: number
  /** Write all that the slot knows to `out` from `at` on: `restore` continues from it bit for bit. */
  save(slot: number, out: Float32Array, at: number): void
  restore(slot: number, from: Float32Array, at: number): void
}

export interface LeastSquaresOptions {
  /** From 1. */
  readonly features: number
  /** From 1. */
  readonly leads: number
  /** λ in (0, 1]: what a sample weighs when the next one arrives. */
  readonly forgetting: number
  /** Strength of the pull of every weight towards 0, in samples: the covariance starts at I / ridge. Above 0. */
  readonly ridge: number
  /** From 1 to `leads`; all when absent. */
  readonly leadsLearned?: number
  /** Learn leads 1 to so many a second time, with a shorter memory, over the same covariance; none when absent. */
  readonly fast?: FastLeads
}

export interface FastLeads {
  /** From 0 to `leadsLearned`. */
  readonly leads: number
  /** In (0, `forgetting`]. */
  readonly forgetting: number
}
