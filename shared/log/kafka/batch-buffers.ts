/** A buffer smaller than this is not worth keeping. */
const SIZE_MIN = 4 * 1024
const KEPT_BYTES_MAX = 1024 * 1024

/**
 * Memory that batches are encoded in, again and again. Fresh buffers of some 40 kB for each commit made V8 mark everything that lives every
 * other second: memory outside of its heap counts, until it has been seen to be unused.
 */
export class BatchBuffers {
  readonly #kept: Buffer[] = []
  #keptBytes = 0

  /** At least `size` bytes of any content, which nobody else has. */
  take(size: number): Buffer {
    let best = -1
    this.#kept.forEach((one, i) => {
      if (one.length >= size && (best < 0 || one.length < this.#kept[best]!.length)) best = i
    })
    if (best < 0) return Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(Math.max(SIZE_MIN, size))))
    const [found] = this.#kept.splice(best, 1)
    this.#keptBytes -= found!.length
    return found!
  }

  /** Whoever took it is done with it, and with everything that shows a part of it. */
  giveBack(buffer: Buffer): void {
    if (this.#keptBytes + buffer.length > KEPT_BYTES_MAX) return
    this.#kept.push(buffer)
    this.#keptBytes += buffer.length
  }
}
