import { Transients } from '#shared/collections/transients'

/** Something that happens now and then, for those who wait to hear of it. Rings are not kept: look first, then wait. */
export class Bell {
  readonly #waiting = new Transients<() => void>()

  ring(): void {
    for (const wake of this.#waiting) wake()
  }

  /** Whether anybody waits. */
  get awaited(): boolean {
    return this.#waiting.size > 0
  }

  add(wake: () => void): void {
    this.#waiting.add(wake)
  }

  delete(wake: () => void): void {
    this.#waiting.delete(wake)
  }
}

/** Resolves when one of the bells rings, and leaves nothing behind in the others. */
export function firstRing(bells: readonly Bell[]): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      for (const bell of bells) bell.delete(wake)
      resolve()
    }
    for (const bell of bells) bell.add(wake)
  })
}
