import type { Offset } from '#shared/log/port'

/** A decoded reading at its own time, with the place of the record that carried it. */
export interface Observation {
  readonly series: string
  /** Milliseconds since 1970. */
  readonly timeMs: number
  readonly value: number
  readonly offset: Offset
}
