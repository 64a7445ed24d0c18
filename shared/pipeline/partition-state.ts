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

  /** Put weights into the shadow's slot, in place of what is there. Each series warms up as its samples come. */
  challenge(weights: LoadedWeights): void {
    this.shadow = { weights, lane: this.serving.lane === 0 ? 1 : 0 }
  }

  /** Exchange the slots' roles, so that a warm shadow serves at once and the loser keeps shadowing. */
  promote(weights: LoadedWeights): void {
    if (this.serving.weights.version === weights.version) return
    if (this.shadow?.weights.version !== weights.version) this.challenge(weights)
    const promoted = this.shadow
    if (!promoted) return
    this.shadow = this.serving
    this.serving = promoted
  }
}
