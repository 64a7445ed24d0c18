/** What an expert may look at when it forecasts: the series up to its newest sample. */
export interface ExpertView {
  /** The series' state. */
  readonly numbers: Float64Array
  /** Grid index of the origin. */
  readonly index: number
  /** Value at the origin. */
  readonly value: number
  /** Observed samples of the series so far. */
  readonly samples: number
  /** Output of the recurrent head for this origin, H values from `headAt` on, in units of the running spread. */
  readonly head: Float32Array
  readonly headAt: number
}

/** One forecaster in the mixture. It learns only from what has arrived, in the parts of the state that it reserved. */
export interface Expert {
  readonly name: string
  /** Observed samples before it has something of its own to say; until then its place is taken by the last value. */
  readonly readyAfter: number
  /**
   * Forecast leads 1…H.
   * @param out receives H values from `at` on, in the series' own unit
   */
  forecast(view: ExpertView, out: Float64Array, at: number): void
  /**
   * Learn from a sample, after the encoder has. Called once for each, in the order of the grid.
   * @param observed false where the value stands in for a missing one
   */
  learn?(numbers: Float64Array, index: number, value: number, observed: boolean): void
  /** Go with the series to a level that it has jumped to. */
  translate?(numbers: Float64Array, by: number): void
}
