/** Numbers of a block: 256 kB, some hundred forecasts. */
const BLOCK = 32_768

/**
 * Arrays of numbers cut out of large blocks. A forecast is several arrays, and each one allocated by itself costs more than the numbers in
 * it; a block goes when the last array of it does, or is taken again by who recycles.
 */
export class NumberSlab {
  private block: Float64Array = new Float64Array(BLOCK)
  private used = 0
  private readonly spare: Float64Array[] = []
  /** Full blocks since the last recycling; null while nobody recycles, so that none is held on to. */
  private full: Float64Array[] | null = null

  /** @returns so many numbers of any value, which nobody else has */
  take(length: number): Float64Array {
    if (length > BLOCK) return new Float64Array(length)
    if (this.used + length > BLOCK) this.next()
    const taken = new Float64Array(this.block.buffer, 8 * this.used, length)
    this.used += length
    return taken
  }

  /** Whoever calls this is done with all that was ever taken: what is taken next overwrites it. */
  recycle(): void {
    this.full ??= []
    this.spare.push(...this.full)
    this.full.length = 0
    this.used = 0
  }

  private next(): void {
    this.full?.push(this.block)
    this.block = this.spare.pop() ?? new Float64Array(BLOCK)
    this.used = 0
  }
}
