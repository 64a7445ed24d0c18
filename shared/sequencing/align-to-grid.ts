import type { Observation } from '#shared/series/observation'
import { gridIndex, gridPhase, gridTime } from '#shared/series/time-grid'
import type { SeriesState } from '#shared/series-state/series-state'

/** How a series' observations are laid on its grid. */
export interface GridOptions {
  readonly cadenceMs: number
  /** Longest run of empty cells that is stepped through, in cells. */
  readonly gapMax: number
  /** A series idle for longer, in its own time, starts afresh. */
  readonly ttlMs: number
}

/** Where an observation falls: the cells to fill before it, and what else happens to its series. */
export interface Aligned {
  readonly index: number
  readonly timeMs: number
  /** Empty cells to step through before it. */
  readonly fill: number
  /** Empty cells to skip before it, too many to step through. */
  readonly skip: number
  /** The series was idle for longer than its time to live and starts afresh. */
  readonly expired: boolean
}

/**
 * Lay an ordered observation on the grid of its series. The first observation closes a cell.
 * @returns null when its cell is closed already
 */
export function alignToGrid(
  state: SeriesState,
  observation: Observation,
  options: GridOptions,
): Aligned | null {
  const { cadenceMs, gapMax, ttlMs } = options
  const lastMs = gridTime(state.lastIndex, state.phaseMs, cadenceMs)
  const expired = !state.fresh && observation.timeMs - lastMs > ttlMs
  if (expired || state.fresh) {
    state.phaseMs = gridPhase(observation.timeMs, cadenceMs)
    state.lastIndex = gridIndex(observation.timeMs, state.phaseMs, cadenceMs)
    state.fresh = false
    return {
      index: state.lastIndex,
      timeMs: gridTime(state.lastIndex, state.phaseMs, cadenceMs),
      fill: 0,
      skip: 0,
      expired,
    }
  }
  const index = gridIndex(observation.timeMs, state.phaseMs, cadenceMs)
  if (index <= state.lastIndex) return null
  const empty = index - state.lastIndex - 1
  state.lastIndex = index
  const stepped = empty <= gapMax
  return {
    index,
    timeMs: gridTime(index, state.phaseMs, cadenceMs),
    fill: stepped ? empty : 0,
    skip: stepped ? 0 : empty,
    expired: false,
  }
}
