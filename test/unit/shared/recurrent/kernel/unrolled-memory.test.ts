import { describe, expect, it } from 'vitest'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import { KernelMemoryFullError } from '#shared/recurrent/kernel/kernel-memory'
import { netShape } from '../../learning/nets.js'

const shape = netShape({ cell: 'gru', inputs: 8, hidden: 64, outputs: 24, headReadsInput: true })

describe('a chunk that no memory holds', () => {
  // 4096 × 4096 rows of 64 floats take 2^32 bytes: a length of 32 bits wraps to little.
  for (const [lanes, steps] of [
    [4096, 4096],
    [2 ** 20, 2 ** 20],
    [8192, 4096],
  ] as const) {
    it(`is refused before anything is written: ${lanes} rows of ${steps} steps`, () => {
      const prepare = () => createKernelGradientEngine().prepare(shape, { lanes, steps })
      expect(prepare).toThrow(KernelMemoryFullError)
    })
  }
})
