import { ForetideError } from '#shared/errors/foretide-error'
import { type KernelMemory, KernelMemoryFullError } from '#shared/recurrent/kernel/kernel-memory'

/** The regression's memory cannot grow further. */
export class LeastSquaresMemoryFullError extends ForetideError {
  readonly code = 'least-squares-memory-full'
}

const CHUNK_BYTES = 2 ** 20

/** Slots of one size in chunks of the kernel's memory that never move; the one freed last is taken again first. */
export class SlotArena {
  private readonly freed: number[] = []
  /** By slot: its address, for good. */
  private readonly addresses: number[] = []
  private readonly taken: boolean[] = []
  private next = 0
  private places = 0

  constructor(
    private readonly memory: KernelMemory,
    readonly slotBytes: number,
  ) {}

  /** @throws LeastSquaresMemoryFullError */
  allocate(): number {
    const slot = this.freed.pop() ?? this.takeNew()
    this.taken[slot] = true
    return slot
  }

  /** @throws RangeError when the slot is not allocated */
  free(slot: number): void {
    this.addressOf(slot)
    this.taken[slot] = false
    this.freed.push(slot)
  }

  /**
   * Bytes from the start of the kernel's memory.
   * @throws RangeError when the slot is not allocated
   */
  addressOf(slot: number): number {
    if (this.taken[slot] !== true) throw new RangeError(`slot ${slot} is not allocated`)
    return this.addresses[slot]!
  }

  private takeNew(): number {
    if (this.places === 0) {
      const places = Math.max(1, Math.floor(CHUNK_BYTES / this.slotBytes))
      this.next = this.reserve(places * this.slotBytes)
      this.places = places
    }
    const slot = this.addresses.length
    this.addresses.push(this.next)
    this.next += this.slotBytes
    this.places--
    return slot
  }

  private reserve(bytes: number): number {
    try {
      return this.memory.reserve(bytes)
    } catch (error) {
      if (!(error instanceof KernelMemoryFullError)) throw error
      throw new LeastSquaresMemoryFullError(
        `The regressions of ${this.addresses.length} series fill their memory, at ${this.slotBytes} bytes each: lower the number of series in this process, the features or the leads.`,
        { cause: error },
      )
    }
  }
}
