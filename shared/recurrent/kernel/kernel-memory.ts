import { ForetideError } from '#shared/errors/foretide-error'
import type { KernelExports } from './kernel-module.js'

/** The kernel's memory cannot grow further. */
export class KernelMemoryFullError extends ForetideError {
  readonly code = 'kernel-memory-full'
}

const PAGE_BYTES = 65_536
/**
 * Each growth gives a buffer of the whole anew, and V8 looks for garbage of that size: with a mebibyte at a time, 100,000 series
 * spend minutes on it. From here on memory grows by an eighth; what is not written to yet takes no room on the machine.
 */
const GROWN_AHEAD_FROM = 2 ** 24

/** The kernel's linear memory: handed out once, in rising order, never given back. */
export class KernelMemory {
  /** The whole memory as float32; another array after each `reserve`. */
  floats: Float32Array
  /** The whole memory as addresses; another array after each `reserve`. */
  addresses: Uint32Array

  constructor(private readonly kernel: Pick<KernelExports, 'memory' | 'reserve'>) {
    this.floats = new Float32Array(kernel.memory.buffer)
    this.addresses = new Uint32Array(kernel.memory.buffer)
  }

  /**
   * Zeroed room at an address that is a multiple of 64.
   * @throws KernelMemoryFullError
   */
  reserve(bytes: number): number {
    const { kernel } = this
    const address = bytes < 2 ** 32 ? kernel.reserve(bytes) >>> 0 : 0
    if (address === 0) {
      const held = Math.round(kernel.memory.buffer.byteLength / 2 ** 20)
      const wanted = Math.ceil(bytes / 2 ** 20)
      throw new KernelMemoryFullError(
        `The recurrent kernel holds ${held} MiB and gets no ${wanted} MiB more: lower the number of series, the hidden size or the chunk.`,
      )
    }
    if (this.floats.buffer !== kernel.memory.buffer) {
      this.growAhead()
      this.floats = new Float32Array(kernel.memory.buffer)
      this.addresses = new Uint32Array(kernel.memory.buffer)
    }
    return address
  }

  /** Best effort: without it memory grows by what is wanted, as long as there is any. */
  private growAhead(): void {
    const { memory } = this.kernel
    const bytes = memory.buffer.byteLength
    if (bytes < GROWN_AHEAD_FROM) return
    try {
      memory.grow(Math.ceil(bytes / 8 / PAGE_BYTES))
    } catch {
      // Past the end of a memory's addresses, or more than the machine gives.
    }
  }
}
