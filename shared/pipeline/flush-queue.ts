import type { Offset } from '#shared/log/port'
import type { SeriesState } from '#shared/series-state/series-state'

/**
 * Series whose state has changed since it was saved, the longest-waiting first.
 *
 * States are large and change with every reading, so they are saved lazily; what is lost in a crash is computed again
 * from the input, from `replayFrom` on.
 */
export class FlushQueue {
  private readonly dirty = new Map<SeriesState, number>()

  /** Note that a series has changed; keeps its place if it is waiting already. */
  add(state: SeriesState, nowMs: number): void {
    if (!this.dirty.has(state)) this.dirty.set(state, nowMs)
  }

  get size(): number {
    return this.dirty.size
  }

  /**
   * Oldest record whose effect is not saved, when `saved` are; `position` when everything is.
   * Series join in the order of the records that first changed them, so the first one left has the oldest.
   */
  replayFrom(position: Offset, saved: ReadonlySet<SeriesState>): Offset {
    for (const state of this.dirty.keys()) if (!saved.has(state)) return Math.min(state.dirtyFrom, position)
    return position
  }

  /** Those that have waited since before `sinceMs`, at most `countMax` of them. */
  due(sinceMs: number, countMax: number): Set<SeriesState> {
    const due = new Set<SeriesState>()
    for (const [state, since] of this.dirty) {
      if (since > sinceMs || due.size >= countMax) break
      due.add(state)
    }
    return due
  }

  /** Note that these were saved. */
  clean(saved: ReadonlySet<SeriesState>): void {
    for (const state of saved) {
      state.dirtyFrom = -1
      this.dirty.delete(state)
    }
  }
}
