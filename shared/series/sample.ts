import type { Offset } from '#shared/log/port'
import type { Covariates } from './covariates.js'

/** A value on a series' time grid. */
export interface Sample {
  /** Grid index; cells have the width of one cadence. */
  readonly index: number
  /** Time of the cell, milliseconds since 1970. */
  readonly timeMs: number
  /** NaN where nothing was observed. */
  readonly value: number
  readonly observed: boolean
  /** null where the pipeline reads none, and for a filled cell. */
  readonly covariates: Covariates | null
  /** Cells skipped just before it because the gap was too long to step through; 0 otherwise. */
  readonly skipped: number
  /** Offset of the record that carried the value (for a filled cell: of the record that closed the gap). */
  readonly offset: Offset
  /** Log timestamp of that record. */
  readonly timestampMs: number
}
