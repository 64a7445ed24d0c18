import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RunningScale } from '#shared/encoding/running-scale'
import { StateLayout } from '#shared/series-state/state-layout'
import { readLineReference } from '../../../reference/line/line-reference.js'

function newScale(main: number) {
  const layout = new StateLayout()
  layout.reserve('something before it', 3)
  const scale = new RunningScale(layout, main)
  return { scale, numbers: new Float64Array(layout.size) }
}

function learnAll(values: readonly number[]) {
  const { scale, numbers } = newScale(4)
  values.forEach((value, i) => {
    scale.learn(numbers, value, values[i - 1] ?? Number.NaN)
  })
  return { scale, numbers }
}

describe('RunningScale', () => {
  it('follows the exponentially weighted moments', () => {
    // Expected: test/reference/line/make_line_reference.py, running_scale.
    const { main, values, checks } = readLineReference().runningScale
    let checked = 0
    const { scale, numbers } = newScale(main)
    values.forEach((value, i) => {
      scale.learn(numbers, value, values[i - 1] ?? Number.NaN)
      const n = i + 1
      const expected = checks.find(({ after }) => after === n)
      if (!expected) return
      checked++
      expect(scale.count(numbers)).toBe(n)
      for (const name of ['mean', 'spread', 'step', 'absoluteStep', 'min', 'max'] as const) {
        expect(scale[name](numbers), `${name} after ${n}`).toBeCloseTo(expected[name], 9)
      }
    })
    expect(checked).toBe(checks.length)
  })

  it('never gives a scale of 0, however little a series moves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1e-12, -1e-12, 5e-324, 1e9, 3e38, -3e38), {
          minLength: 1,
          maxLength: 30,
        }),
        (values) => {
          const { scale, numbers } = learnAll(values)
          for (const size of [scale.spread(numbers), scale.step(numbers)]) {
            expect(size).toBeGreaterThan(0)
            expect(Number.isFinite(size)).toBe(true)
          }
        },
      ),
    )
  })

  it('takes a millionth of its size for the spread of a constant series', () => {
    // By hand: 1e-6 × 5,000.
    const { scale, numbers } = learnAll(Array(100).fill(5000))
    expect(scale.spread(numbers)).toBeCloseTo(0.005, 12)
    expect(scale.absoluteStep(numbers)).toBe(0)
  })

  it('takes its range along to a level beyond all that was seen, and keeps it where the jump is within it', () => {
    // By hand: the range is 0 to 10. A jump of 9 leaves it; one of 1e9 moves it, and its width stays 10.
    const values = Array.from({ length: 100 }, (_, i) => 5 + 5 * Math.sin(i))
    const near = learnAll([0, 10, ...values])
    near.scale.translate(near.numbers, 9)
    expect([near.scale.min(near.numbers), near.scale.max(near.numbers)]).toEqual([0, 10])
    const far = learnAll([0, 10, ...values])
    const spread = far.scale.spread(far.numbers)
    far.scale.translate(far.numbers, 1e9)
    expect([far.scale.min(far.numbers), far.scale.max(far.numbers)]).toEqual([1e9, 1e9 + 10])
    expect(far.scale.spread(far.numbers)).toBe(Math.max(spread, 1e-6 * far.scale.mean(far.numbers)))
  })

  it('says nothing of a floor or a ceiling at the level that it was taken to', () => {
    const { scale, numbers } = learnAll(Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 0 : i % 7)))
    expect(scale.hasFloor(numbers)).toBe(true)
    scale.translate(numbers, 100)
    expect(scale.hasFloor(numbers)).toBe(false)
  })
})
