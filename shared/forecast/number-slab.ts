/** Numbers of a block: 256 kB, some hundred forecasts. */
const BLOCK = 32_768

/**
 * Arrays of numbers cut out of large blocks. A forecast is several arrays, and each one allocated by itself costs more than the numbers in
 * it; a block goes when the last array of it does.
 */
export class NumberSlab {
  private block = new Float64Array(BLOCK)
  private used = 0

  /** @returns so many zeros, which nobody else has */
  take(length: number): Float64Array {
    if (length > BLOCK) return new Float64Array(length)
    if (this.used + length > BLOCK) {
      this.block = new Float64Array(BLOCK)
      this.used = 0
    }
    const taken = new Float64Array(this.block.buffer, 8 * this.used, length)
    this.used += length
    return taken
  }
}
