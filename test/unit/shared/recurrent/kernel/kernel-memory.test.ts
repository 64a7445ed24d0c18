import { describe, expect, it } from 'vitest'
import { KernelMemory } from '#shared/recurrent/kernel/kernel-memory'
import { instantiateKernel } from '#shared/recurrent/kernel/kernel-module'

const MIB = 2 ** 20

describe('KernelMemory', () => {
  it('grows seldom when much is taken in small pieces, and keeps what was written', () => {
    const memory = new KernelMemory(instantiateKernel())
    const first = memory.reserve(64)
    memory.floats[first >>> 2] = 7
    const buffers = new Set<unknown>()
    for (let i = 0; i < 256; i++) {
      memory.reserve(MIB)
      buffers.add(memory.floats.buffer)
    }
    // 16 pieces up to 16 MiB, then by an eighth each: 16 · 1.125^24 > 256.
    expect(buffers.size).toBeLessThan(16 + 24 + 5)
    expect(memory.floats[first >>> 2]).toBe(7)
    expect(memory.addresses.buffer).toBe(memory.floats.buffer)
  })
})
