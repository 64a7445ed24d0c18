import type { SampleSpan } from '#shared/learning/sample-span'
import type { SeriesState } from '#shared/series-state/series-state'

/** The series of one partition, as far as sequencing goes. */
export class PartitionSeries {
  /** Series by id, in the order in which they were first seen. */
  readonly series = new Map<string, SeriesState>()
  /** Readings of these move nothing: an operator had the states rewound without them. */
  masked: readonly SampleSpan[] = []
  /** Highest event time seen; feeds metrics, never a forecast. */
  streamTimeMs = Number.NEGATIVE_INFINITY
}
