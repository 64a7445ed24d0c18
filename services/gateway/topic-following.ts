import type { Clock } from '#shared/clock/clock'
import { LogAwayError } from '#shared/log/errors'
import type { FaultNotes } from './fault-notes.js'

const RETRY_MS = 1_000

/** Reads topics for the page, and takes each reading up again after a failure for as long as the gateway runs. */
export class TopicFollowing {
  constructor(
    private readonly clock: Clock,
    private readonly signal: AbortSignal,
    private readonly faults: FaultNotes,
  ) {}

  /** Resolves when the gateway closes. */
  async keep(follow: () => Promise<void>): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await follow()
      } catch (error) {
        // That the log is away, whoever waits for it says itself.
        if (!this.signal.aborted && !(error instanceof LogAwayError))
          this.faults.tell('the page lacks what cannot be read; it is tried again', error)
        // The page shows what it has meanwhile.
        await this.clock.sleep(RETRY_MS, this.signal)
      }
    }
  }
}
