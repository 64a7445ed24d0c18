import type { Observation } from '#shared/series/observation'
import type { SeriesState } from '#shared/series-state/series-state'

/** Observations that one series may hold back; beyond it the oldest is released early. */
export const HELD_MAX = 1000

export type Ordered = 'late' | 'duplicate' | readonly Observation[]

/**
 * Put an observation into the time order of its series.
 *
 * Looks only at that series' own times. Without grace it is released at once, unless something newer was seen before it
 * (late) or its time was seen before (duplicate: of two values for one time the first wins). With grace it is held until
 * the series has seen a time that much later.
 *
 * @returns what it releases, oldest first, or why it is dropped
 */
export function orderObservation(state: SeriesState, observation: Observation, graceMs: number): Ordered {
  const { timeMs } = observation
  if (timeMs === state.lastTimeMs) return 'duplicate'
  if (timeMs < state.lastTimeMs) return 'late'
  if (graceMs === 0) {
    state.lastTimeMs = timeMs
    return [observation]
  }
  const { held } = state
  let at = held.length
  while (at > 0 && held[at - 1].timeMs > timeMs) at--
  if (at > 0 && held[at - 1].timeMs === timeMs) return 'duplicate'
  held.splice(at, 0, observation)
  const due = held[held.length - 1].timeMs - graceMs
  let released = 0
  while (released < held.length && (held[released].timeMs <= due || held.length - released > HELD_MAX))
    released++
  const ordered = held.splice(0, released)
  if (ordered.length > 0) state.lastTimeMs = ordered[ordered.length - 1].timeMs
  return ordered
}
