/**
 * A few things that come and go all the time, in the order in which they came.
 *
 * For what a `Set` is not: when its table is full of what was deleted, V8 makes a new one, and the old one keeps its last entries and refers to
 * the new (`OrderedHashTable::Rehash`). Once one of these tables has grown old, all that follow it do, each with everything that hangs on the entries it
 * had, until the next full collection (docs/decisions/0026).
 */
export class Transients<T> implements Iterable<T> {
  readonly #all: T[] = []

  get size(): number {
    return this.#all.length
  }

  /** Each is added once. */
  add(one: T): void {
    this.#all.push(one)
  }

  /** Takes time in proportion to their number. @returns whether it was there */
  delete(one: T): boolean {
    const at = this.#all.indexOf(one)
    if (at < 0) return false
    this.#all.copyWithin(at, at + 1)
    this.#all.pop()
    return true
  }

  find(fits: (one: T) => boolean): T | undefined {
    return this.#all.find(fits)
  }

  clear(): void {
    this.#all.length = 0
  }

  /** Those that are there when it begins: meanwhile they may come and go. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#all].values()
  }
}
