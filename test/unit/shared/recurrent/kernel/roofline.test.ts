import { describe, expect, it } from 'vitest'
import { instantiateKernel } from '#shared/recurrent/kernel/kernel-module'
import { measureRoofline } from '#shared/recurrent/kernel/roofline'

describe('the roofline', () => {
  it('runs each of its twelve chains four times an iteration', () => {
    // a ← 0.999 a + 0.001 has the closed form 1 + (a₀ − 1) 0.999ⁿ; the chains start at 1 to 12, and two lanes are added up.
    const iterations = 100
    const decay = 0.999 ** (4 * iterations)
    let expected = 0
    for (let start = 1; start <= 12; start++) expected += 2 * (1 + (start - 1) * decay)
    expect(instantiateKernel().multiplyAddRoofline(iterations)).toBeCloseTo(expected, 2)
  })

  it('counts 384 operations an iteration, in the fastest stretch between two looks at the clock', () => {
    // 20,000 iterations of 12 chains × 4 lanes × 2 operations × 4 rounds: 7,680,000 operations, here in 2, 1 and 4 ms.
    const times = [0, 0, 2, 3, 7]
    const now = () => times.shift()!
    expect(measureRoofline(now, 6)).toBeCloseTo(7.68, 10)
    expect(times).toEqual([])
  })
})
