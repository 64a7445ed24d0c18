import { describe, expect, it } from 'vitest'
import { RecentRows } from '#shared/encoding/recent-rows'
import { StateLayout } from '#shared/series-state/state-layout'

function ringOf(length: number, features: number) {
  const layout = new StateLayout()
  layout.reserve('before', 3)
  const ring = new RecentRows(layout, length, features)
  layout.reserve('behind', 2)
  return { ring, numbers: new Float64Array(layout.size) }
}

const read = (ring: RecentRows, numbers: Float64Array, index: number, features: number) => {
  const row = new Float32Array(features + 1)
  ring.read(numbers, index, row, 1)
  return [...row.subarray(1)]
}

describe('RecentRows', () => {
  it('keeps the newest rows, each number to three decimals, and touches nothing around them', () => {
    const { ring, numbers } = ringOf(4, 3)
    // By hand: 0.1 lies next to 102 / 1024; 1.5 and whole numbers are multiples of 1 / 1024.
    for (let index = -2; index < 7; index++) {
      ring.write(numbers, index, Float32Array.of(9, 0.1, 1.5, index), 1)
    }
    for (const index of [3, 4, 5, 6]) {
      expect(read(ring, numbers, index, 3)).toEqual([102 / 1024, 1.5, index])
    }
    expect(numbers.subarray(0, 3)).toEqual(new Float64Array(3))
    expect(numbers.subarray(-2)).toEqual(new Float64Array(2))
  })

  it('counts the rows that follow on one another', () => {
    const { ring, numbers } = ringOf(3, 1)
    const counts: number[] = []
    for (let index = 0; index < 5; index++) {
      ring.write(numbers, index, Float32Array.of(index), 0)
      counts.push(ring.count(numbers))
    }
    ring.break(numbers)
    ring.write(numbers, 9, Float32Array.of(9), 0)
    expect([...counts, ring.count(numbers)]).toEqual([1, 2, 3, 3, 3, 1])
  })

  it('leaves the state free of NaN, which a copy could change, for any row of finite features', () => {
    const { ring, numbers } = ringOf(2, 8)
    ring.write(numbers, 0, Float32Array.of(6, -6, 3.3e38, -3.3e38, -1 / 64, 1 / 64, 0, -0), 0)
    ring.write(numbers, 1, new Float32Array(8).fill(-3.3e38), 0)
    expect(numbers.some(Number.isNaN)).toBe(false)
  })
})
