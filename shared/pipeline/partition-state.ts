import type { LoadedWeights } from '#shared/recurrent/engine'
import type { Lane } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import { PartitionSeries } from './partition-series.js'
import type { WeightsLibrary } from './weights-library.js'

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

  /** Give back what it holds of the engine's memory; it is of no use afterwards. */
  release(line: ForecastLine, library: WeightsLibrary): void {
    for (const series of this.series.values()) line.release(series)
    for (const slot of [this.serving, this.shadow]) if (slot) library.release(slot.weights.version)
    this.series.clear()
  }
}
