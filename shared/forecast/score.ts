import type { Offset } from '#shared/log/port'

/** What earlier forecasts said of one sample, knot by knot. K knots matured, E experts. */
export interface Score {
  readonly series: string
  readonly targetTimeMs: number
  readonly value: number
  readonly offset: Offset
  readonly timestampMs: number
  readonly leads: readonly number[]
  readonly versions: readonly number[]
  readonly yhat: readonly number[]
  readonly median: readonly number[]
  /** [K][bands] half widths that were issued. */
  readonly halfWidths: readonly (readonly number[])[]
  readonly crps: readonly number[]
  /** Absolute error of the seasonal naive; NaN before a season was seen. */
  readonly naive: readonly number[]
  /** [K][E] absolute errors. */
  readonly experts: readonly (readonly number[])[]
  /** [K] absolute error of the shadow's head; NaN where there is none or it is cold. */
  readonly shadow: readonly number[]
  /** [K] weights version of the shadow; −1 where it has no error. */
  readonly shadowVersions: readonly number[]
}
