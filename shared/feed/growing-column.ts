import { countOf } from '#shared/words/count-of'
import { FeedUnreadableError } from './feed-errors.js'

/** A column of numbers that grows as a file is read, up to a bound. */
export class GrowingColumn {
  #data = new Float64Array(1024)
  #length = 0

  get length(): number {
    return this.#length
  }

  at(index: number): number {
    return this.#data[index]!
  }

  push(value: number): void {
    if (this.#length === this.#data.length) {
      const wider = new Float64Array(this.#data.length * 2)
      wider.set(this.#data)
      this.#data = wider
    }
    this.#data[this.#length++] = value
  }

  /** The values so far; valid until the next push. */
  values(): Float64Array {
    return this.#data.subarray(0, this.#length)
  }
}

/** Counts the readings that a source has given, and stops it before they fill the memory. */
export class ReadingBudget {
  #used = 0

  constructor(
    private readonly file: string,
    private readonly max: number,
  ) {}

  /** @throws FeedUnreadableError when there are more than fit */
  spend(readings: number): void {
    this.#used += readings
    if (this.#used > this.max) {
      throw new FeedUnreadableError(
        `${this.file} holds more than ${countOf(this.max, 'reading')}, which have to fit in memory to be put in order: split it.`,
      )
    }
  }
}
