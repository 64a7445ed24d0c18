/**
 * One value of one series at its own time, as a source holds it: before it has been sent.
 * (Once read back from the log and decoded it is an observation.)
 */
export interface Reading {
  readonly series: string
  /** Milliseconds since 1970; negative before. */
  readonly timeMs: number
  readonly value: number
}
