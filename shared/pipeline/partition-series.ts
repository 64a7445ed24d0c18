import type { SeriesState } from '#shared/series-state/series-state'

/** The series of one partition, as far as sequencing goes. */
export class PartitionSeries {
  /** Series by id, in the order in which they were first seen. */
  readonly series = new Map<string, SeriesState>()
  /** Highest event time seen; feeds metrics, never a forecast. */
  streamTimeMs = Number.NEGATIVE_INFINITY
}
