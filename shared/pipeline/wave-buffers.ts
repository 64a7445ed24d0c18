import type { ForecastLine } from './forecast-line.js'
import { SampleBuffers } from './sample-buffers.js'
import type { Wave } from './wave.js'

/** Rows that the stages of one wave hand to each other. B series, F features, H leads. */
export class WaveBuffers extends SampleBuffers {
  /** [B, H] output of the serving weights. */
  readonly serving: Float32Array
  /** [B, H] output of the shadow's weights; zeros while there is none. */
  readonly shadow: Float32Array
  /** [B, H] of the serving slot's read-out, and of the shadow's, in units of the frozen scale. */
  readonly readOut: Float32Array
  readonly shadowReadOut: Float32Array
  /** [B, H] of the regression of logarithms, in its own unit; empty where there is none. */
  readonly logRegressed: Float32Array
  /** [B, lag features of the read-out] */
  readonly lags: Float32Array

  constructor(line: ForecastLine, wave: Wave) {
    super(wave.length, line.sizes)
    const { horizon } = line.options
    const rows = wave.length
    this.serving = new Float32Array(rows * horizon)
    this.shadow = new Float32Array(rows * horizon)
    this.readOut = new Float32Array(rows * horizon)
    this.shadowReadOut = new Float32Array(rows * horizon)
    this.logRegressed = new Float32Array(line.logSeasonal ? rows * horizon : 0)
    this.lags = new Float32Array(rows * line.readOut.lagFeatures)
  }
}
