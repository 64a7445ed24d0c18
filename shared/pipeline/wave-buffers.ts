import type { ForecastLine } from './forecast-line.js'
import type { Wave } from './wave.js'

/** Rows that the stages of one wave hand to each other. B series, F features, H leads. */
export class WaveBuffers {
  /** [B, F] */
  readonly features: Float32Array
  /** [B, H] output of the serving weights. */
  readonly serving: Float32Array
  /** [B, H] output of the shadow's weights; zeros while there is none. */
  readonly shadow: Float32Array
  /** [B, H] what the regressions start from, in units of the frozen scale, as are the next two and the read-outs. */
  readonly anchors: Float32Array
  /** [B, H] of the autoregression. */
  readonly regressed: Float32Array
  /** [B, H] of the serving slot's read-out, and of the shadow's. */
  readonly readOut: Float32Array
  readonly shadowReadOut: Float32Array
  /** [B, H] of the regression of logarithms, in its own unit; empty where there is none. */
  readonly logRegressed: Float32Array
  /** [B, F] of the autoregression. */
  readonly rows: Float32Array
  /** [B, lag features of the read-out] */
  readonly lags: Float32Array
  /** [B] each: what one call of a regression takes beside them. */
  readonly slots: Int32Array
  readonly indices: Float64Array
  readonly values: Float32Array
  readonly learns: Uint8Array

  constructor(line: ForecastLine, wave: Wave) {
    const { horizon } = line.options
    const rows = wave.length
    this.features = new Float32Array(rows * line.encoder.features)
    this.serving = new Float32Array(rows * horizon)
    this.shadow = new Float32Array(rows * horizon)
    this.anchors = new Float32Array(rows * horizon)
    this.regressed = new Float32Array(rows * horizon)
    this.readOut = new Float32Array(rows * horizon)
    this.shadowReadOut = new Float32Array(rows * horizon)
    this.logRegressed = new Float32Array(line.logSeasonal ? rows * horizon : 0)
    this.rows = new Float32Array(rows * line.autoregression.features)
    this.lags = new Float32Array(rows * line.readOut.lagFeatures)
    this.slots = new Int32Array(rows)
    this.indices = new Float64Array(rows)
    this.values = new Float32Array(rows)
    this.learns = new Uint8Array(rows)
  }
}
