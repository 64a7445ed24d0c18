/**
 * The grid of a series: cells of one cadence, centred on `phaseMs + index × cadence`.
 *
 * Most sensors report on round times with some jitter, so a first time close to a round one puts the grid there;
 * any other first time is itself a grid point, so that a sensor reporting at half past never falls between two cells.
 */
export function gridPhase(firstTimeMs: number, cadenceMs: number): number {
  const past = firstTimeMs - Math.round(firstTimeMs / cadenceMs) * cadenceMs
  return Math.abs(past) <= cadenceMs / 8 ? 0 : past
}

/** Index of the cell that a time falls into; negative before 1970. */
export function gridIndex(timeMs: number, phaseMs: number, cadenceMs: number): number {
  return Math.round((timeMs - phaseMs) / cadenceMs)
}

/** Time at the centre of a cell, milliseconds since 1970. */
export function gridTime(index: number, phaseMs: number, cadenceMs: number): number {
  return index * cadenceMs + phaseMs
}
