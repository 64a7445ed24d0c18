import type { ForecastFlag } from '#shared/forecast/forecast'
import type { Offset } from '#shared/log/port'
import type { Sample } from '#shared/series/sample'
import type { SeriesState } from '#shared/series-state/series-state'

/** One sample on its way through the line. A wave holds at most one per series. */
export class WaveEntry {
  /** What moves the state: the value, clipped where it is wild, or what stands in for it. */
  taken: number
  /** −0 before it is judged: V8 lays a class out anew when a whole number in it becomes one with a fraction, and compiles all that reads it again. */
  anomaly = -0
  readonly flags: ForecastFlag[] = []

  constructor(
    readonly state: SeriesState,
    readonly sample: Sample,
    /** The model of the series starts afresh with this sample. */
    readonly fresh: boolean,
    /** Place of its outputs among those of the batch. */
    readonly sequence: number,
    /** Offset of the record that released it; with grace, later than its own. */
    readonly cause: Offset,
  ) {
    this.taken = sample.value
  }
}

/** The k-th samples of every series in a batch. */
export type Wave = readonly WaveEntry[]
