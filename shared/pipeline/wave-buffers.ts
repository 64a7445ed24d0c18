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

  constructor(line: ForecastLine, wave: Wave) {
    this.features = new Float32Array(wave.length * line.encoder.features)
    this.serving = new Float32Array(wave.length * line.options.horizon)
    this.shadow = new Float32Array(wave.length * line.options.horizon)
  }
}
