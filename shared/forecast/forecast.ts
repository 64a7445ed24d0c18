import type { Offset } from '#shared/log/port'

export type ForecastFlag = 'gap' | 'clipped' | 'level-shift' | 'cold-weights'

/** One forecast: the whole fan of one series from one origin. H leads, Q levels. */
export interface Forecast {
  readonly series: string
  readonly originTimeMs: number
  /** The value observed at the origin, as it came. */
  readonly value: number
  /** Offset of the record that carried it. */
  readonly offset: Offset
  /** Log timestamp of the record that released it. */
  readonly timestampMs: number
  /** [H] mean forecast. */
  readonly yhat: Float64Array
  /** [Q, H], not falling along Q. */
  readonly quantiles: Float64Array
  /** [E] share of each expert in the median, averaged over leads. */
  readonly shares: Float64Array
  /** [bands, scored leads] realised coverage; NaN before anything was scored. */
  readonly coverage: Float64Array
  /** [scored leads], likewise. */
  readonly skill: Float64Array
  readonly anomaly: number
  readonly weightsVersion: number
  readonly phase: 'warming' | 'live' | 'degraded'
  readonly flags: readonly ForecastFlag[]
  /** [E, H] what each expert said, where the caller asked for it. */
  readonly experts: Float64Array | null
}
