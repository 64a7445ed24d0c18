/** Rows that the two halves of a wave hand to each other. B series, H leads. */
export class SampleBuffers {
  /** [B, features] inputs of the recurrent net. */
  readonly features: Float32Array
  /** [B, H] what the regressions start from, in units of the frozen scale, as is the next. */
  readonly anchors: Float32Array
  /** [B, H] of the autoregression. */
  readonly regressed: Float32Array
  /** [B, F] of the autoregression. */
  readonly rows: Float32Array
  /** [B] each: what one call of a regression takes beside them. */
  readonly slots: Int32Array
  readonly indices: Float64Array
  readonly values: Float32Array
  readonly learns: Uint8Array

  /** @param sizes numbers in a row of each */
  constructor(rows: number, sizes: { features: number; horizon: number; regressors: number }) {
    this.features = new Float32Array(rows * sizes.features)
    this.anchors = new Float32Array(rows * sizes.horizon)
    this.regressed = new Float32Array(rows * sizes.horizon)
    this.rows = new Float32Array(rows * sizes.regressors)
    this.slots = new Int32Array(rows)
    this.indices = new Float64Array(rows)
    this.values = new Float32Array(rows)
    this.learns = new Uint8Array(rows)
  }
}
