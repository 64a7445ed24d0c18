/** Numbers of a block: 256 kB, some hundred forecasts. */
const BLOCK = 32_768

/**
 * Arrays of numbers cut out of large blocks. A forecast is several arrays, and each one allocated by itself costs more than the numbers in
 * it; a block goes when the last array of it does. Who recycles is handed the same arrays again instead.
 */
export class NumberSlab {
  private block: Float64Array = new Float64Array(BLOCK)
  private used = 0
  /** What was taken since the last recycling, in order, and behind that what was taken before; null while nobody recycles. */
  private taken: Float64Array[] | null = null
  private next = 0

  /** @returns so many numbers of any value, which nobody else has */
  take(length: number): Float64Array {
    if (this.taken === null) return this.cut(length)
    // From one recycling to the next, arrays of the same lengths are taken in the same order.
    const known = this.taken[this.next]
    const array = known?.length === length ? known : new Float64Array(length)
    this.taken[this.next++] = array
    return array
  }

  /** Whoever calls this is done with all that was ever taken: what is taken next overwrites it. */
  recycle(): void {
    this.taken ??= []
    this.next = 0
  }

  private cut(length: number): Float64Array {
    if (length > BLOCK) return new Float64Array(length)
    if (this.used + length > BLOCK) {
      this.block = new Float64Array(BLOCK)
      this.used = 0
    }
    const array = new Float64Array(this.block.buffer, 8 * this.used, length)
    this.used += length
    return array
  }
}
