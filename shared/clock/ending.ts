import { Transients } from '#shared/collections/transients'

/**
 * An end that comes once, or never, and what waits for it beside its own work. `Promise.race` against a promise that stays open keeps what
 * it resolved with for as long as that one is open: of a worker, every batch that it has ever read.
 */
export class Ending {
  #ended = false
  readonly #waiting = new Transients<() => void>()

  get ended(): boolean {
    return this.#ended
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const tell of this.#waiting) tell()
    this.#waiting.clear()
  }

  /** @returns what takes `tell` back */
  whenEnded(tell: () => void): () => void {
    if (this.#ended) tell()
    else this.#waiting.add(tell)
    return () => void this.#waiting.delete(tell)
  }

  /** What comes of `work`, or null when the end comes first. */
  before<T>(work: Promise<T>): Promise<T | null> {
    return new Promise((resolve, reject) => {
      const forget = this.whenEnded(() => resolve(null))
      work.then(
        (value) => {
          forget()
          resolve(value)
        },
        (error: unknown) => {
          forget()
          reject(error)
        },
      )
    })
  }
}
