import type { LoadedWeights } from '#shared/recurrent/engine'
import type { Lane, SeriesState } from '#shared/series-state/series-state'

/** A set of weights in use, and the lane of each series that its hidden states lie in. */
export interface Slot {
  readonly weights: LoadedWeights
  readonly lane: Lane
}

/** Everything that a partition's outputs depend on, beside its records. */
export class PartitionState {
  /** Series by id, in the order in which they were first seen. */
  readonly series = new Map<string, SeriesState>()
  /** Highest event time seen; feeds metrics, never a forecast. */
  streamTimeMs = Number.NEGATIVE_INFINITY
  /** Stepped beside the serving weights and scored on the same origins. */
  shadow: Slot | null = null

  constructor(
    readonly partition: number,
    public serving: Slot,
  ) {}
}
