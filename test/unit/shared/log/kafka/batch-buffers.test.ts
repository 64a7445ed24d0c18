import { describe, expect, it } from 'vitest'
import { BatchBuffers } from '#shared/log/kafka/batch-buffers'

describe('BatchBuffers', () => {
  it('hands out what was given back, the smallest that is large enough, to one at a time', () => {
    const buffers = new BatchBuffers()
    const [small, large] = [buffers.take(5_000), buffers.take(50_000)]
    expect(small.length).toBeGreaterThanOrEqual(5_000)
    expect(large.length).toBeGreaterThanOrEqual(50_000)
    expect(buffers.take(5_000)).not.toBe(small)
    buffers.giveBack(large)
    buffers.giveBack(small)
    expect(buffers.take(6_000)).toBe(small)
    expect(buffers.take(6_000)).toBe(large)
    expect(buffers.take(6_000)).not.toBe(large)
  })

  it('keeps a megabyte at most', () => {
    const buffers = new BatchBuffers()
    const taken = Array.from({ length: 20 }, () => buffers.take(128 * 1024))
    for (const one of taken) buffers.giveBack(one)
    const again = Array.from({ length: 20 }, () => buffers.take(128 * 1024))
    expect(again.filter((one) => taken.includes(one))).toHaveLength(8)
  })
})
