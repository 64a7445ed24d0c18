import type { Offset } from '#shared/log/port'
import type { Observation } from '#shared/series/observation'

/** The two lanes of hidden state that a series has: one is stepped by the serving weights, the other by the shadow's. */
export type Lane = 0 | 1

/** In the place of a lane that was not yet needed. */
export const NO_LANE = -1

/**
 * The regressions that a series has: the read-outs of both lanes, the autoregression, and that of logarithms. Each lies in an arena of its
 * place and its number of features.
 */
export const AUTOREGRESSION = 2
export const LOG_SEASONAL = 3
export type RegressionPlace = Lane | typeof AUTOREGRESSION | typeof LOG_SEASONAL
export const REGRESSION_PLACES = [0, 1, AUTOREGRESSION, LOG_SEASONAL] as const satisfies RegressionPlace[]

export interface SeriesRegression {
  readonly features: number
  /** In the arena. */
  readonly slot: number
}

/**
 * Everything that is remembered about a series, saved and restored whole.
 *
 * Sequencing fields say where the series stands on its grid; `numbers` holds the model (see `StateLayout`); the hidden
 * states lie in the engine, in the two lanes named here, and the regressions in their arenas.
 */
export class SeriesState {
  /** Time of the last observation that was put in order; −Infinity before the first. */
  lastTimeMs = Number.NEGATIVE_INFINITY
  /** Grid cell of the last sample; meaningless before the first. */
  lastIndex = 0
  /** Offset of the grid from whole multiples of the cadence. */
  phaseMs = 0
  /** Observations held back until grace has passed, in time order. */
  held: Observation[] = []
  /** The next sample starts the model afresh. */
  fresh = true
  /** Observed samples since the series started afresh. */
  samples = 0
  /** Clipped samples in a row; the sign says on which side. */
  clipRun = 0
  /** The engine's lanes, or `NO_LANE`. */
  readonly lanes: [number, number] = [NO_LANE, NO_LANE]
  /** Weights version that each lane's hidden state belongs to. */
  readonly laneVersions: [number, number] = [0, 0]
  /**
   * Steps that each lane has made with that version. Below 0 while it catches up with what it missed: so many samples, beside the newest,
   * are ahead of it.
   */
  readonly laneSteps: [number, number] = [0, 0]
  /** By place; null where the series has none yet. */
  readonly regressions: (SeriesRegression | null)[] = REGRESSION_PLACES.map(() => null)
  /** Offset of the last record seen of this series. */
  lastOffset: Offset = -1
  /** Oldest record whose effect is not yet in the saved state, or −1 when there is none. */
  dirtyFrom: Offset = -1

  constructor(
    readonly id: string,
    /** Offset of the record that made the series known. */
    readonly firstOffset: Offset,
    readonly numbers: Float64Array,
  ) {}

  /**
   * Note a record of this series.
   * @returns whether its saved state is behind only since now
   */
  touch(offset: Offset): boolean {
    this.lastOffset = offset
    if (this.dirtyFrom >= 0) return false
    this.dirtyFrom = offset
    return true
  }

  /** Forget the place on the grid and what was held; the next sample starts afresh. */
  forget(): void {
    this.lastTimeMs = Number.NEGATIVE_INFINITY
    this.held = []
    this.fresh = true
  }
}
