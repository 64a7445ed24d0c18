import type { ForecastLine } from './forecast-line.js'
import { SampleBuffers } from './sample-buffers.js'

/**
 * Rows that the stages of one wave hand to each other. B series, H leads. A line has one set, as large as its largest wave: what a wave does
 * not write, it must not read. What belongs to experts that are switched off is empty.
 */
export class WaveBuffers extends SampleBuffers {
  /** B at most. */
  readonly rowsMax: number
  /** [B, H] output of the serving weights. */
  readonly serving: Float32Array
  /** [B, H] output of the shadow's weights; written while there is one. */
  readonly shadow: Float32Array
  /** [B, H] of the serving slot's read-out, in units of the frozen scale, and of its fast one. */
  readonly readOut: Float32Array
  readonly fastReadOut: Float32Array
  /** [B, H] of the regression of logarithms and what it starts from, in its own unit. */
  readonly logRegressed: Float32Array
  readonly logAnchors: Float32Array
  /** [B, F] of the same. */
  readonly logRows: Float32Array
  /** [B, lag features of the read-out] */
  readonly lags: Float32Array
  /** [B] of the engine. */
  readonly lanes: Int32Array
  private readOutRows = new Float32Array(0)

  constructor(line: ForecastLine, rows: number) {
    super(rows, line.sizes)
    const { usesNet, readOut, fastReadOut, logSeasonal } = line
    const { horizon } = line.options
    const leads = (part: unknown) => new Float32Array(part ? rows * horizon : 0)
    this.rowsMax = rows
    this.serving = leads(usesNet)
    this.shadow = leads(usesNet)
    this.readOut = leads(readOut)
    this.fastReadOut = leads(fastReadOut)
    this.logRegressed = leads(logSeasonal)
    this.logAnchors = leads(logSeasonal)
    this.logRows = new Float32Array(rows * (logSeasonal?.features ?? 0))
    this.lags = new Float32Array(rows * (readOut?.lagFeatures ?? 0))
    this.lanes = new Int32Array(rows)
  }

  /** [B, features] for the read-out of one slot, until it is asked for again: weights of another size have other features. */
  readOutRowsOf(features: number): Float32Array {
    const length = this.rowsMax * features
    if (this.readOutRows.length < length) this.readOutRows = new Float32Array(length)
    return this.readOutRows
  }
}
