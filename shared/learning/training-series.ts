/** What one series contributes to a training set: consecutive samples on its grid, oldest first. T samples, F features. */
export interface TrainingSeries {
  readonly series: string
  /** [T, F], as the forecaster's encoder made them. */
  readonly features: Float32Array
  /** [T] values, in the series' own unit; where nothing was observed, what stood in for it. */
  readonly values: Float64Array
  /** [T] running scale of the series at that sample, > 0; a target is (value at t + k − value at t) / scale at t. */
  readonly scales: Float64Array
  /** [T] 1 where observed. Loss counts only targets that were observed, from origins that were. */
  readonly observed: Uint8Array
}
