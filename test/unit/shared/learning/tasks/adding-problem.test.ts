import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addingProblem } from '#shared/learning/tasks/adding-problem'
import { SeededRandom } from '#shared/recurrent/seeded-random'

const batchOf = fc.record({
  length: fc.integer({ min: 2, max: 60 }),
  rows: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
})

describe('the adding problem', () => {
  it('marks one step of each half, and asks for the sum of the two values there', () => {
    fc.assert(
      fc.property(batchOf, ({ length, rows, seed }) => {
        const { inputs, targets } = addingProblem(length).draw(new SeededRandom(seed), rows)
        expect([inputs.length, targets.length]).toEqual([length * rows * 2, rows])
        for (let row = 0; row < rows; row++) {
          const steps = Array.from({ length }, (_, t) => [
            inputs[(t * rows + row) * 2]!,
            inputs[(t * rows + row) * 2 + 1]!,
          ])
          const marked = steps.flatMap(([, marker], t) => (marker === 1 ? [t] : []))
          expect(steps.filter(([, marker]) => marker === 0)).toHaveLength(length - 2)
          expect(marked).toHaveLength(2)
          expect(marked[0]).toBeLessThan(Math.floor(length / 2))
          expect(marked[1]).toBeGreaterThanOrEqual(Math.floor(length / 2))
          const sum = steps[marked[0]!]![0]! + steps[marked[1]!]![0]!
          expect(targets[row]).toBeCloseTo(sum, 6)
        }
      }),
    )
  })

  it('marks every step of a half about equally often, and draws values evenly from 0 to 1', () => {
    const [length, rows] = [10, 20_000]
    const { inputs } = addingProblem(length).draw(new SeededRandom(5), rows)
    const tens = new Array<number>(10).fill(0)
    for (let step = 0; step < length; step++) {
      let marks = 0
      for (let row = 0; row < rows; row++) {
        marks += inputs[(step * rows + row) * 2 + 1]!
        tens[Math.floor(inputs[(step * rows + row) * 2]! * 10)]! += 1
      }
      // A fifth of 20,000, with a standard deviation of 57.
      expect(Math.abs(marks - rows / 5)).toBeLessThan(4 * 57)
    }
    // A tenth of 200,000, with a standard deviation of 134.
    for (const count of tens) expect(Math.abs(count - 20_000)).toBeLessThan(4 * 134)
  })

  it('has as baseline the loss of always saying the mean: the variance of a sum of two uniform numbers', () => {
    const [length, rows] = [6, 50_000]
    const task = addingProblem(length)
    const batch = task.draw(new SeededRandom(3), rows)
    const loss = task.measure(new Float32Array(length * rows).fill(1), batch)
    expect(task.baseline).toBeCloseTo(0.1667, 4)
    // The squared error's own standard deviation is √(7/180); of 50,000 the mean is good to 0.0009.
    expect(Math.abs(loss - task.baseline)).toBeLessThan(4 * 0.0009)
  })

  it('measures the mean square of the last outputs alone', () => {
    const task = addingProblem(3)
    const batch = { inputs: new Float32Array(12), targets: Float32Array.of(1, 0.5) }
    const gradient = new Float32Array(6).fill(9)
    // By hand: errors 0.5 and −1, so (0.25 + 1) / 2; slopes 2 · 0.5 / 2 and 2 · −1 / 2.
    expect(task.measure(Float32Array.of(7, 7, 7, 7, 1.5, -0.5), batch, gradient)).toBe(0.625)
    expect([...gradient]).toEqual([0, 0, 0, 0, 0.5, -1])
  })

  it('gives the same sequences for the same seed, and others for another', () => {
    const draw = (seed: number) => addingProblem(20).draw(new SeededRandom(seed), 4)
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })
})
