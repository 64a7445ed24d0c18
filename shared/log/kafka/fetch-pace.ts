/**
 * How often a partition is fetched where nothing is waiting. A partition that fetches as soon as its last commit is done goes round
 * as fast as worker and broker can, with batches of a few records whose commits cost more than the records: both are busy all
 * the time, and whatever holds one of them up makes a queue.
 */
const PERIOD_MS = 40
/** Successive multiples of the golden ratio lie apart from each other, however many there are. */
const GOLDEN = 0.6180339887498949

/** Times of a partition's fetches: one in each period, at a phase of its own, so that not all of a worker's partitions come at once. */
export class FetchPace {
  readonly #phaseMs: number
  #lastMs = Number.NEGATIVE_INFINITY

  constructor(partition: number) {
    this.#phaseMs = PERIOD_MS * ((partition * GOLDEN) % 1)
  }

  /** Milliseconds from now to the next fetch; 0 when it is due. What came late is back in its phase after half a period at least. */
  waitMs(nowMs: number): number {
    const earliestMs = this.#lastMs + PERIOD_MS / 2
    // Fetched long ago or never, or the clock was set back.
    if (!(earliestMs > nowMs - PERIOD_MS && earliestMs < nowMs + PERIOD_MS)) return 0
    const turn = Math.ceil((earliestMs - this.#phaseMs) / PERIOD_MS)
    return Math.max(0, turn * PERIOD_MS + this.#phaseMs - nowMs)
  }

  /** A fetch begins. */
  began(nowMs: number): void {
    this.#lastMs = nowMs
  }
}
