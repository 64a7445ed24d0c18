import type { KernelMemory } from './kernel-memory.js'

const CHUNK_BITS = 8
const CHUNK_LANES = 1 << CHUNK_BITS

/**
 * Hidden states in the kernel's memory, one lane of `width` floats each. Lanes lie in chunks that never move, so that
 * an address stays good when more are added.
 */
export class LaneArena {
  private readonly chunks: number[] = []
  private readonly freed: number[] = []
  private used = new Uint8Array(0)
  private next = 0

  /** @param width floats in a lane, a multiple of 8 */
  constructor(
    private readonly memory: KernelMemory,
    private readonly width: number,
  ) {}

  /** A zeroed lane: the one freed last, else a new one. */
  allocate(): number {
    const lane = this.freed.pop() ?? this.takeNew()
    this.used[lane] = 1
    this.clear(lane)
    return lane
  }

  /** @throws RangeError when the lane is not allocated, as all below */
  free(lane: number): void {
    this.addressOf(lane)
    this.used[lane] = 0
    this.freed.push(lane)
  }

  clear(lane: number): void {
    const start = this.addressOf(lane) >>> 2
    this.memory.floats.fill(0, start, start + this.width)
  }

  /** Bytes from the start of the kernel's memory. */
  addressOf(lane: number): number {
    if (this.used[lane] !== 1) throw new RangeError(`lane ${lane} is not allocated`)
    return this.chunks[lane >>> CHUNK_BITS]! + (lane & (CHUNK_LANES - 1)) * this.width * 4
  }

  private takeNew(): number {
    const lane = this.next
    if (lane === this.chunks.length * CHUNK_LANES) {
      this.chunks.push(this.memory.reserve(CHUNK_LANES * this.width * 4))
      this.growUsed(lane + CHUNK_LANES)
    }
    this.next++
    return lane
  }

  private growUsed(lanes: number): void {
    if (lanes <= this.used.length) return
    const grown = new Uint8Array(Math.max(lanes, 2 * this.used.length))
    grown.set(this.used)
    this.used = grown
  }
}
