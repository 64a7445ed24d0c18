import type { Offset } from '#shared/log/port'
import type { Covariates } from './covariates.js'

/** A decoded reading at its own time, with the place of the record that carried it. */
export interface Observation {
  readonly series: string
  /** Milliseconds since 1970. */
  readonly timeMs: number
  readonly value: number
  /** Absent where the pipeline reads none. */
  readonly covariates?: Covariates
  readonly offset: Offset
}
