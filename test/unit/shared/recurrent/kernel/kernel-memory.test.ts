import { describe, expect, it } from 'vitest'
import { KernelMemory } from '#shared/recurrent/kernel/kernel-memory'
import { instantiateKernel } from '#shared/recurrent/kernel/kernel-module'

const MIB = 2 ** 20

describe('KernelMemory', () => {
  it('grows under what JavaScript has seen of it', () => {
    const memory = new KernelMemory(instantiateKernel())
    const first = memory.reserve(64)
    const before = memory.floats
    memory.floats[first >>> 2] = 7
    for (let i = 0; i < 64; i++) memory.reserve(MIB)
    expect(memory.floats.length).toBeGreaterThanOrEqual((64 * MIB) / 4)
    expect(memory.floats[first >>> 2]).toBe(7)
    expect(memory.addresses.buffer).toBe(memory.floats.buffer)
    // An array whose buffer was detached has no length, and takes no number.
    memory.floats[first >>> 2] = 8
    expect(before[first >>> 2]).toBe(8)
  })
})

describe('what a kernel has handed out', () => {
  it('is handed out anew, as zeros, once it was taken back', () => {
    const kernel = instantiateKernel()
    const first = kernel.reserve(MIB)
    const { byteLength } = kernel.memory.buffer
    new Uint8Array(kernel.memory.buffer, first, MIB).fill(255)
    kernel.takeBack()
    expect(kernel.reserve(MIB)).toBe(first)
    expect(kernel.memory.buffer.byteLength).toBe(byteLength)
    expect(new Uint8Array(kernel.memory.buffer, first, MIB).every((byte) => byte === 0)).toBe(true)
  })
})
