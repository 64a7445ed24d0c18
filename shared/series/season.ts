const DAY_MS = 86_400_000

/** The periods, in samples, that a pipeline's series are expected to repeat after. */
export interface Season {
  /** Main period S: a day where the cadence is below a day; 1 means none. */
  readonly main: number
  /** The week, 7 S, where the main period is a day; else 0. */
  readonly week: number
  /** Bins of the time of day (or of the main period) that bands are kept apart for. */
  readonly bins: number
}

/** Months of a year. */
const SLOW_SEASON_MAX = 12
/** Longest main period that state is kept for, samples: a day of minutes. */
export const SEASON_MAX = 1440
/** Longest week: five-minute readings. Finer ones keep the day alone, or a series' state grows past 100 kB. */
const WEEK_MAX = 2016

/**
 * @param main samples per main period; taken as 1 (no season) when it is too long to keep
 * @param cadenceMs spacing of the grid, milliseconds
 */
export function seasonOf(main: number, cadenceMs: number): Season {
  const kept = main > SEASON_MAX ? 1 : main
  const daily = cadenceMs < DAY_MS && Math.abs(kept * cadenceMs - DAY_MS) < cadenceMs
  const week = daily && 7 * kept <= WEEK_MAX ? 7 * kept : 0
  return { main: kept, week, bins: daily ? Math.min(24, kept) : kept <= 31 ? kept : 1 }
}

/** The period of the seasonal naive forecast that everything is compared with: the longest one kept. Before it has passed, the main one stands in. */
export function naivePeriod(season: Season): number {
  return season.week || season.main
}

/**
 * Whether series are slow, so that they have few samples and a short season: a reading a day or less often, at most a dozen
 * to the season.
 */
export function isSlow({ main }: Season, cadenceMs: number): boolean {
  return cadenceMs >= DAY_MS && main > 1 && main <= SLOW_SEASON_MAX
}

/** Position of a grid index within a period, also for indices before 1970. */
export function phaseOf(index: number, period: number): number {
  // One number that V8 does not hold as a whole one, or one remainder of −0, and it would divide all of them as fractions, which takes far longer.
  const whole = (index | 0) === index && (period | 0) === period
  const phase = whole ? ((index | 0) % (period | 0)) | 0 : index % period
  return phase < 0 ? phase + period : phase
}
