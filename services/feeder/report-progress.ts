import type { Clock } from '#shared/clock/clock'

export interface FeedProgress {
  /** Events of the feed that are in the log, those of earlier runs included. */
  readonly sent: number
  readonly total: number
  /** Time of the last event sent, milliseconds since 1970. */
  readonly eventTimeMs: number
  /** Of this run. */
  readonly eventsPerSecond: number
  /** null before a rate is known. */
  readonly secondsLeft: number | null
}

const intervalMs = 250

/** Tells how far a feed is, four times a second at most. */
export class ProgressReporter {
  readonly #startedMs: number
  #toldMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly clock: Clock,
    private readonly total: number,
    private readonly onProgress: ((progress: FeedProgress) => void) | undefined,
  ) {
    this.#startedMs = clock.now()
  }

  /** @param sent in this run. @param isLast tells it in any case */
  report(sent: number, skipped: number, eventTimeMs: number, isLast: boolean): void {
    const now = this.clock.now()
    if (this.onProgress === undefined || (!isLast && now - this.#toldMs < intervalMs)) return
    this.#toldMs = now
    const eventsPerSecond = this.rate(sent)
    const left = this.total - sent - skipped
    const secondsLeft = left === 0 ? 0 : eventsPerSecond > 0 ? left / eventsPerSecond : null
    this.onProgress({ sent: sent + skipped, total: this.total, eventTimeMs, eventsPerSecond, secondsLeft })
  }

  seconds(): number {
    return Math.max(0, this.clock.now() - this.#startedMs) / 1000
  }

  rate(sent: number): number {
    // A clock that ticks in milliseconds says 0 for a short feed.
    return sent / Math.max(0.001, this.seconds())
  }
}
