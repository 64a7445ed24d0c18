/** How fast dirty states are saved at most, and how soon at the latest. */
export interface FlushLimits {
  /** Of one partition. Beyond it a state waits, but not longer than `withinMs`. */
  readonly bytesPerSecond: number
  /** Dirty for so long, a state is saved whatever it takes: so much input at most is computed again after a crash. */
  readonly withinMs: number
}

export const UNLIMITED_FLUSH: FlushLimits = {
  bytesPerSecond: Number.POSITIVE_INFINITY,
  withinMs: Number.POSITIVE_INFINITY,
}

/** What is not used is kept for so long. */
const BURST_MS = 5_000

/**
 * Paces the saving of states, which are a hundred times as large as a forecast: saved with every few readings they would be most of what
 * is written.
 */
export class FlushPace {
  private bytes: number
  private atMs = Number.NaN

  constructor(
    private readonly bytesPerSecond: number,
    private readonly bytesPerState: number,
  ) {
    this.bytes = this.burst
  }

  /** States that may be saved at this moment. */
  allowed(nowMs: number): number {
    const { bytesPerSecond, bytesPerState, atMs } = this
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
    const earned = Number.isNaN(atMs) ? 0 : (bytesPerSecond * Math.max(0, nowMs - atMs)) / 1000
    this.bytes = Math.min(this.burst, this.bytes + earned)
    this.atMs = nowMs
    return Math.max(0, Math.floor(this.bytes / bytesPerState))
  }

  /** So many were saved, those among them that had to be. */
  saved(states: number): void {
    this.bytes = Math.max(-this.burst, this.bytes - states * this.bytesPerState)
  }

  private get burst(): number {
    return Math.max(this.bytesPerState, (this.bytesPerSecond * BURST_MS) / 1000)
  }
}
