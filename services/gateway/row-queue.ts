import type { ForecastBoard, ShownSeries } from './forecast-board.js'
import type { SeriesRow } from './responses.js'
import { seriesRowOf } from './series-answers.js'

/** How long a series has been silent is told again when it has grown by a tenth: it has no forecasts that would bring its row along. */
const NEWS = 1.1

/** Rows of the list of series that a client has yet to hear. */
export class RowQueue {
  private readonly waiting: Set<ShownSeries>
  /** Those that moved since rows were last taken: a partition may be behind the others, and its series are not silent. Of the first, nobody knows. */
  private readonly moved: Set<ShownSeries>
  /** Silence of series, milliseconds, as the client knows it. */
  private readonly told = new Map<ShownSeries, number>()

  constructor(private readonly board: ForecastBoard) {
    this.waiting = new Set(board.list())
    this.moved = new Set(this.waiting)
  }

  add(shown: ShownSeries): void {
    this.waiting.add(shown)
    this.moved.add(shown)
  }

  /** @param max the rest is for the next time */
  take(max: number): SeriesRow[] {
    for (const shown of this.board.silent()) {
      if ((this.silenceOf(shown) ?? 0) > NEWS * (this.told.get(shown) ?? 0)) this.waiting.add(shown)
    }
    const taken: SeriesRow[] = []
    for (const shown of this.waiting) {
      if (taken.length === max) break
      this.waiting.delete(shown)
      const silentMs = this.silenceOf(shown)
      if (silentMs === null) this.told.delete(shown)
      else this.told.set(shown, silentMs)
      taken.push(seriesRowOf(shown, silentMs))
    }
    this.moved.clear()
    return taken
  }

  private silenceOf(shown: ShownSeries): number | null {
    return this.moved.has(shown) ? null : this.board.silentMs(shown)
  }
}
