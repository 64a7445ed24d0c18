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

/** What was not used is kept for so long: states that are due together are saved with several commits, and hold none of them up. */
const BURST_MS = 250
/** Commits that come more seldom may save what so long has earned; what had to be saved beyond it is made up for as long. */
const REACH_MS = 5_000

/**
 * Paces the saving of states, which are a hundred times as large as a forecast: saved with every few readings they would be most of what
 * is written, and saved all at once they would keep every forecast waiting.
 */
export class StatePace {
  private bytes: number
  private atMs = Number.NaN

  constructor(
    private readonly bytesPerSecond: number,
    private readonly bytesPerState: number,
  ) {
    this.bytes = this.atLeast(BURST_MS)
  }

  /** States that may be saved at this moment. */
  allowed(nowMs: number): number {
    const { bytesPerSecond, bytesPerState, atMs } = this
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY
    const sinceMs = Number.isNaN(atMs) ? 0 : Math.max(0, nowMs - atMs)
    const earned = Math.min(this.atLeast(REACH_MS), (bytesPerSecond * sinceMs) / 1000)
    this.bytes = Math.min(this.bytes, this.atLeast(BURST_MS)) + earned
    this.atMs = nowMs
    return Math.max(0, Math.floor(this.bytes / bytesPerState))
  }

  /** So many were saved, those among them that had to be. */
  saved(states: number): void {
    this.bytes = Math.max(-this.atLeast(REACH_MS), this.bytes - states * this.bytesPerState)
  }

  /** Bytes that so long earns, or one state: however large, it is saved once it is earned. */
  private atLeast(earningMs: number): number {
    return Math.max(this.bytesPerState, (this.bytesPerSecond * earningMs) / 1000)
  }
}
