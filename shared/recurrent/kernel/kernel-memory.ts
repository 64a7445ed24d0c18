import { ForetideError } from '#shared/errors/foretide-error'
import type { KernelExports } from './kernel-module.js'

/** The kernel's memory cannot grow further. */
export class KernelMemoryFullError extends ForetideError {
  readonly code = 'kernel-memory-full'
}

/**
 * The kernel's linear memory: handed out once, in rising order, never given back. What is not written to yet takes no room on the
 * machine.
 */
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
      this.floats = new Float32Array(kernel.memory.buffer)
      this.addresses = new Uint32Array(kernel.memory.buffer)
    }
    return address
  }
}
