/** Nominal coverage of the three bands that are tracked. */
export const BANDS = [0.5, 0.8, 0.95] as const

/** Levels of the published quantiles, rising: the bands' lower ends, the median, the bands' upper ends. */
export const LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975] as const

/** For each level: the band that it bounds (−1 for the median) and the side it is on. */
export const LEVEL_BAND = [2, 1, 0, -1, 0, 1, 2] as const
export const LEVEL_SIDE = [-1, -1, -1, 0, 1, 1, 1] as const

/** Two levels as far from the median: a central band, and its nominal coverage. */
export interface CentralBand {
  readonly nominal: number
  /** Places of its ends among the levels. */
  readonly low: number
  readonly high: number
}

/** The levels that a pipeline publishes: those of the tracked bands, and those asked for beside them. */
export class PublishedLevels {
  /** Rising, without repeats. */
  readonly levels: readonly number[]
  /** Place of the median. */
  readonly median: number
  /** The tracked bands, as in `BANDS`. */
  readonly bands: readonly CentralBand[]
  /** All of them, the narrowest first: those tracked, and those whose two ends were asked for. */
  readonly central: readonly CentralBand[]
  /** Places of `LEVELS`. */
  readonly tracked: readonly number[]

  /** @param asked between 0 and 1 */
  constructor(asked: readonly number[] = []) {
    this.levels = [...new Set([...LEVELS, ...asked])].sort((a, b) => a - b)
    this.median = this.levels.indexOf(0.5)
    this.central = this.levels
      .flatMap((level, low) => {
        const high = this.levels.findIndex((other) => Math.abs(level + other - 1) < 1e-9)
        // Ten digits: without rounding 1 − 2 × 0.1 may be no 0.8.
        return high > low ? [{ nominal: Number((1 - 2 * level).toFixed(10)), low, high }] : []
      })
      .reverse()
    this.bands = BANDS.map((band) => this.central.find(({ nominal }) => nominal === band)!)
    this.tracked = LEVELS.map((level) => this.levels.indexOf(level))
  }
}
