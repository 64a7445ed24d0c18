import type { Offset } from '#shared/log/port'
import type { LoadedWeights } from '#shared/recurrent/engine'
import type { Lane } from '#shared/series-state/series-state'
import type { ForecastLine } from './forecast-line.js'
import { PartitionSeries } from './partition-series.js'
import type { Standing } from './standing.js'
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
  /** What stood in the slots from each of these offsets on, by rising offset. */
  private standings: { readonly from: Offset; readonly standing: Standing }[]

  constructor(
    readonly partition: number,
    public serving: Slot,
  ) {
    super()
    this.standings = [{ from: Number.NEGATIVE_INFINITY, standing: this.standing }]
  }

  /**
   * A partition without series.
   * @param standing what is in the slots. For a version that is no longer kept the untrained net stands in, and nothing for a shadow,
   * where the library has no objection
   * @throws WeightsForgottenError where it has
   */
  static at(partition: number, library: WeightsLibrary, standing: Standing): PartitionState {
    const { serving, servingLane, shadow } = standing
    const version = library.mayServe(serving) ? serving : 0
    const state = new PartitionState(partition, { weights: library.acquire(version), lane: servingLane })
    const kept = shadow !== null && library.mayServe(shadow) ? shadow : null
    state.occupy(library, { serving: version, servingLane, shadow: kept }, Number.NEGATIVE_INFINITY)
    return state
  }

  get standing(): Standing {
    const { serving, shadow } = this
    return {
      serving: serving.weights.version,
      servingLane: serving.lane,
      shadow: shadow?.weights.version ?? null,
    }
  }

  /** What stood in the slots before the record at `offset`, which is not before that of the last call. */
  standingAt(offset: Offset): Standing {
    const at = this.standings.findLastIndex(({ from }) => from <= offset)
    this.standings = this.standings.slice(at)
    return this.standings[0]!.standing
  }

  /** Have other versions in the slots from the record at `from` on. @throws RangeError for one that is not known */
  occupy(library: WeightsLibrary, standing: Standing, from: Offset): void {
    const before = [this.serving, this.shadow]
    const { serving, servingLane, shadow } = standing
    this.serving = { weights: library.acquire(serving), lane: servingLane }
    this.shadow = shadow === null ? null : { weights: library.acquire(shadow), lane: otherLane(servingLane) }
    for (const slot of before) if (slot) library.release(slot.weights.version)
    this.standings.push({ from, standing })
  }

  /** Give back what it holds of the engine's memory; it is of no use afterwards. */
  release(line: ForecastLine, library: WeightsLibrary): void {
    for (const series of this.series.values()) line.release(series)
    for (const slot of [this.serving, this.shadow]) if (slot) library.release(slot.weights.version)
    this.series.clear()
  }
}

function otherLane(lane: Lane): Lane {
  return lane === 0 ? 1 : 0
}
