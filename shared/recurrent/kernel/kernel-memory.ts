import { ForetideError } from '#shared/errors/foretide-error'
import type { WasmMemory } from './web-assembly.js'

const PAGE_BYTES = 65_536
/** Address 0 stays unused, so that a forgotten address is never a valid one. */
const FIRST_ADDRESS = 64

/** The kernel's memory cannot grow further. */
export class KernelMemoryFullError extends ForetideError {
  readonly code = 'kernel-memory-full'
}

/** The kernel's linear memory: handed out once, in rising order, never given back. */
export class KernelMemory {
  /** The whole memory as float32; another array after each `reserve`. */
  floats: Float32Array
  /** The whole memory as addresses; another array after each `reserve`. */
  addresses: Uint32Array
  private end = FIRST_ADDRESS

  constructor(private readonly memory: WasmMemory) {
    this.floats = new Float32Array(memory.buffer)
    this.addresses = new Uint32Array(memory.buffer)
  }

  /**
   * Zeroed room at an address that is a multiple of 64.
   * @throws KernelMemoryFullError
   */
  reserve(bytes: number): number {
    const address = this.end
    const end = Math.ceil((address + bytes) / 64) * 64
    const missing = end - this.memory.buffer.byteLength
    if (missing > 0) this.grow(Math.ceil(missing / PAGE_BYTES))
    this.end = end
    return address
  }

  private grow(pages: number): void {
    try {
      this.memory.grow(pages)
    } catch (cause) {
      const held = Math.round(this.memory.buffer.byteLength / 2 ** 20)
      throw new KernelMemoryFullError(
        `The recurrent kernel holds ${held} MiB and gets no more: lower seriesMax or the hidden size.`,
        { cause },
      )
    }
    this.floats = new Float32Array(this.memory.buffer)
    this.addresses = new Uint32Array(this.memory.buffer)
  }
}
