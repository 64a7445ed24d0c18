/** Nominal coverage of the three bands that are tracked. */
export const BANDS = [0.5, 0.8, 0.95] as const

/** Levels of the published quantiles, rising: the bands' lower ends, the median, the bands' upper ends. */
export const LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975] as const

/** For each level: the band that it bounds (−1 for the median) and the side it is on. */
export const LEVEL_BAND = [2, 1, 0, -1, 0, 1, 2] as const
export const LEVEL_SIDE = [-1, -1, -1, 0, 1, 1, 1] as const
