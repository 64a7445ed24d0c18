/**
 * Where each part of the model keeps its numbers within a series' one array of float64.
 *
 * Parts reserve their place once, when a pipeline is set up, and then work on `(numbers, at)`. So a series is saved and
 * restored whole by copying one array, and a part that forgets a number in its save cannot exist.
 */
export class StateLayout {
  private length = 0
  private readonly parts: string[] = []

  /** @returns index of the first of `length` numbers */
  reserve(part: string, length: number): number {
    const at = this.length
    this.length += length
    this.parts.push(`${part}:${length}`)
    return at
  }

  /** Numbers per series. */
  get size(): number {
    return this.length
  }

  /** Names every part and its length; a saved state with another fingerprint belongs to another configuration. */
  get fingerprint(): string {
    return this.parts.join(' ')
  }
}
