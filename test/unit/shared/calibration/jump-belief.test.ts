import { describe, expect, it } from 'vitest'
import { JumpBelief } from '#shared/calibration/jump-belief'
import { StateLayout } from '#shared/series-state/state-layout'

function newBelief() {
  const layout = new StateLayout()
  const belief = new JumpBelief(layout)
  const numbers = new Float64Array(layout.size)
  /** A jump by `departure`, of which `left` is there at the next sample. */
  const jump = (departure: number, left: number) => {
    belief.note(numbers, 7, departure)
    belief.learn(numbers, 7 + left * departure)
  }
  return { jump, believes: (departure: number) => belief.believes(numbers, departure) }
}

// By hand: believed where what lasted of n jumps is at least half of n + 2.
describe('the belief in jumps', () => {
  it('is none in a series that has shown no jump', () => {
    expect(newBelief().believes(1)).toBe(false)
  })

  it('begins after two jumps that lasted, on either side', () => {
    const { jump, believes } = newBelief()
    jump(10, 1)
    expect(believes(10)).toBe(false)
    jump(-10, 1)
    expect(believes(10)).toBe(true)
    expect(believes(-10)).toBe(true)
  })

  it('never begins where every jump is back at the next sample', () => {
    const { jump, believes } = newBelief()
    for (let i = 0; i < 100; i++) jump(10, i % 2 === 0 ? 0 : -3)
    expect(believes(10)).toBe(false)
  })

  it('ends when jumps no longer last', () => {
    const { jump, believes } = newBelief()
    for (let i = 0; i < 4; i++) jump(10, 1)
    jump(10, 0)
    jump(10, 0)
    expect(believes(10)).toBe(true) // 4 of 6 + 2
    jump(10, 0)
    expect(believes(10)).toBe(false) // 4 of 7 + 2
  })

  it('does not reach to a jump more than ten times as large as any that lasted', () => {
    const { jump, believes } = newBelief()
    for (let i = 0; i < 5; i++) jump(10, 1)
    expect(believes(100)).toBe(true)
    expect(believes(-101)).toBe(false)
    jump(1e9, 0)
    expect(believes(-101)).toBe(false)
  })

  it('learns from the sample after a jump alone', () => {
    const layout = new StateLayout()
    const belief = new JumpBelief(layout)
    const numbers = new Float64Array(layout.size)
    for (let i = 0; i < 50; i++) belief.learn(numbers, 1e6)
    expect(belief.believes(numbers, 1)).toBe(false)
  })
})
