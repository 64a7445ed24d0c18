import type { Offset } from '#shared/log/port'

/** Rows of a score's numbers; the experts' absolute errors follow, a row each. */
export const YHAT = 0
export const MEDIAN_THEN = 1
/** Half widths that were issued, a row per band. */
export const HALF_WIDTH = 2
export const CRPS = 5
/** Absolute error of the seasonal naive; NaN before a season was seen. */
export const NAIVE_ERROR = 6
/** Weights version that served. */
export const SERVED = 7
/** Absolute error of the shadow's head; NaN where there is none or it is cold. */
export const SHADOW_ERROR = 8
/** Weights version of the shadow; −1 where it has no error. */
export const SHADOWED = 9
export const EXPERT_ERRORS = 10

/** What earlier forecasts said of one sample, knot by knot. K knots matured, E experts. */
export interface Score {
  readonly series: string
  readonly targetTimeMs: number
  readonly value: number
  readonly offset: Offset
  readonly timestampMs: number
  /** [K] */
  readonly leads: readonly number[]
  /** [EXPERT_ERRORS + E, K] */
  readonly rows: Float64Array
}

/** A number of a score: its row, at the k-th of its leads. */
export function scored({ leads, rows }: Score, row: number, k: number): number {
  return rows[row * leads.length + k]
}
