import type { Clock } from '#shared/clock/clock'
import { Transients } from '#shared/collections/transients'

interface Wait {
  readonly untilMs: number
  readonly tooLate: () => void
}

const LOOK_EVERY_MS = 1_000

/** Limits to many waits that hardly ever reach them: one timer looks after all of them, instead of one for each. */
export class Patience {
  readonly #waits = new Transients<Wait>()
  readonly #closed = new AbortController()
  #watching = false

  constructor(private readonly clock: Clock) {}

  /** `work`, or undefined when it has not come to an end in `ms`, to within a second. */
  within<T>(ms: number, work: Promise<T>): Promise<T | undefined> {
    return new Promise((resolve, reject) => {
      const wait = { untilMs: this.clock.now() + ms, tooLate: () => resolve(undefined) }
      this.#waits.add(wait)
      if (!this.#watching) this.#watch()
      work.then(resolve, reject).finally(() => this.#waits.delete(wait))
    })
  }

  /** Nothing is waited for any more: lets go of the timer. */
  close(): void {
    this.#closed.abort()
  }

  async #watch(): Promise<void> {
    this.#watching = true
    while (this.#waits.size > 0 && !this.#closed.signal.aborted) {
      await this.clock.sleep(LOOK_EVERY_MS, this.#closed.signal)
      const now = this.clock.now()
      for (const wait of this.#waits) {
        if (wait.untilMs > now) continue
        this.#waits.delete(wait)
        wait.tooLate()
      }
    }
    this.#watching = false
  }
}
