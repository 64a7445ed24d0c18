/**
 * How far back through time the loss still reaches: what a weights version says of itself, and the live page draws.
 *
 * Every number is finite and has 6 significant digits; a norm that float32 cannot hold stands as the largest that it can.
 */
export interface GradientFlowFigures {
  /** 0 … K, steps between an origin and the hidden state that is looked at */
  readonly lags: readonly number[]
  /** Up to 24 series, spread evenly over the training set. */
  readonly series: readonly SeriesGradientNorms[]
  /**
   * Factor from each lag to the next, the median over the series: below 1 the gradient fades, above 1 it grows. 0 where it ends
   * within one step.
   */
  readonly decayPerLag: number
}

export interface SeriesGradientNorms {
  readonly series: string
  /** [K + 1] ‖∂loss_t/∂h_{t−k}‖ for each lag k, root mean square over the series' last origins t */
  readonly norms: readonly number[]
}
