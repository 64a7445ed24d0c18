import type { LoadedWeights } from '#shared/recurrent/engine'
import type { Lane } from '#shared/series-state/series-state'
import { PartitionSeries } from './partition-series.js'

/** A set of weights in use, and the lane of each series that its hidden states lie in. */
export interface Slot {
  readonly weights: LoadedWeights
  readonly lane: Lane
}

/** Everything that a partition's outputs depend on, beside its records. */
export class PartitionState extends PartitionSeries {
  /** Stepped beside the serving weights and scored on the same origins. */
  shadow: Slot | null = null

  constructor(
    readonly partition: number,
    public serving: Slot,
  ) {
    super()
  }
}
