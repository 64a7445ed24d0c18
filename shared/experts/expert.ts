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
  /** Deviations that the profile of the day expects at the origin and at each lead, and those of the day-and-week profile: H + 1 each from `aheadAt` on. */
  readonly dayAhead: Float64Array
  readonly ahead: Float64Array
  readonly aheadAt: number
  /** Where the H values of this origin begin in each of the following. */
  readonly leadsAt: number
  /** Output of the recurrent head, in units of the running spread. */
  readonly head: Float32Array
  /** Output of the autoregression, in units of the frozen scale. */
  readonly regressed: Float32Array
  /** Output of the serving slot's read-out, likewise. */
  readonly readOut: Float32Array
  /** The same by the weights of the shorter memory. */
  readonly fastReadOut: Float32Array
  /** Output of the seasonal regression of logarithms, in its own unit; empty where there is none. */
  readonly logRegressed: Float32Array
}

/** One forecaster in the mixture. What it says follows from what has arrived, and from nothing later. */
export interface Expert {
  readonly name: string
  /** Observed samples before it has something of its own to say; until then its place is taken by the last value. */
  readonly readyAfter: number
  /**
   * Forecast leads 1…H.
   * @param out receives H values from `at` on, in the series' own unit
   */
  forecast(view: ExpertView, out: Float64Array, at: number): void
}
