/** Numbers in a row of each of the buffers; 0 where nobody who is switched on needs it. */
export interface BufferSizes {
  readonly features: number
  readonly horizon: number
  /** Leads that the regressions over the profile start from. */
  readonly anchors: number
  /** Of the autoregression. */
  readonly regressors: number
}

/** Rows that the two halves of a wave hand to each other. B series, H leads. */
export class SampleBuffers {
  /** [B, features] inputs of the recurrent net. */
  readonly features: Float32Array
  /** [B, H + 1] deviations that the profile of the day expects at the origin and at each lead, and the day-and-week profile. */
  readonly dayAhead: Float64Array
  readonly ahead: Float64Array
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

  constructor(rows: number, sizes: BufferSizes) {
    const { features, horizon, anchors, regressors } = sizes
    this.features = new Float32Array(rows * features)
    this.dayAhead = new Float64Array(rows * (horizon + 1))
    this.ahead = new Float64Array(rows * (horizon + 1))
    this.anchors = new Float32Array(rows * anchors)
    this.regressed = new Float32Array(regressors > 0 ? rows * horizon : 0)
    this.rows = new Float32Array(rows * regressors)
    this.slots = new Int32Array(rows)
    this.indices = new Float64Array(rows)
    this.values = new Float32Array(rows)
    this.learns = new Uint8Array(rows)
  }
}
