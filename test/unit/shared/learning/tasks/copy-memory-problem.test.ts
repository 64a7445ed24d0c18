import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyMemoryProblem } from '#shared/learning/tasks/copy-memory-problem'
import { SeededRandom } from '#shared/recurrent/seeded-random'

/** As in the paper: kinds 0 to 7, then the blank and the delimiter. */
const BLANK = 8
const DELIMITER = 9

/** What is shown at each step of a row, from its one-hot inputs. */
function shownIn(inputs: Float32Array, rows: number, row: number): number[] {
  const steps = inputs.length / (rows * 10)
  return Array.from({ length: steps }, (_, t) => {
    const oneHot = [...inputs.subarray((t * rows + row) * 10, (t * rows + row + 1) * 10)]
    expect(oneHot.filter((value) => value !== 0)).toEqual([1])
    return oneHot.indexOf(1)
  })
}

describe('the copy-memory problem', () => {
  it('shows ten symbols, blanks, a delimiter and ten blanks, and asks for blanks and then the symbols', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        (length, rows, seed) => {
          const { inputs, targets } = copyMemoryProblem(length).draw(new SeededRandom(seed), rows)
          for (let row = 0; row < rows; row++) {
            const shown = shownIn(inputs, rows, row)
            const symbols = shown.slice(0, 10)
            expect(Math.max(...symbols)).toBeLessThan(BLANK)
            expect(shown.slice(10)).toEqual([
              ...new Array(length - 1).fill(BLANK),
              DELIMITER,
              ...new Array(10).fill(BLANK),
            ])
            const asked = Array.from({ length: length + 20 }, (_, t) => targets[t * rows + row])
            expect(asked).toEqual([...new Array(length + 10).fill(BLANK), ...symbols])
          }
        },
      ),
    )
  })

  it.each([1, 10, 100])(
    'has as baseline the loss of whoever knows all but the symbols, at length %i',
    (length) => {
      const [task, rows] = [copyMemoryProblem(length), 3]
      const batch = task.draw(new SeededRandom(1), rows)
      const outputs = new Float32Array((length + 20) * rows * 9).fill(Number.NEGATIVE_INFINITY)
      for (let t = 0; t < length + 20; t++) {
        for (let row = 0; row < rows; row++) {
          const at = (t * rows + row) * 9
          if (t < length + 10) outputs[at + BLANK] = 0
          else outputs.fill(-Math.log(8), at, at + BLANK)
        }
      }
      expect(task.baseline).toBe((10 * Math.log(8)) / (length + 20))
      expect(task.measure(outputs, batch)).toBeCloseTo(task.baseline, 6)
    },
  )

  it('has the slope −1 / (T · B) at what is asked for, and none elsewhere', () => {
    const [task, rows] = [copyMemoryProblem(2), 2]
    const batch = task.draw(new SeededRandom(4), rows)
    const gradient = new Float32Array(22 * rows * 9).fill(9)
    task.measure(new Float32Array(gradient.length).fill(-1), batch, gradient)
    for (let at = 0; at < 22 * rows; at++) {
      const expected = new Array(9).fill(0)
      expected[batch.targets[at]!] = Math.fround(-1 / 44)
      expect([...gradient.subarray(at * 9, (at + 1) * 9)]).toEqual(expected)
    }
  })

  it('draws every kind about equally often', () => {
    const { targets } = copyMemoryProblem(1).draw(new SeededRandom(2), 8_000)
    for (let kind = 0; kind < 8; kind++) {
      const count = targets.filter((target) => target === kind).length
      // An eighth of 80,000, with a standard deviation of 94.
      expect(Math.abs(count - 10_000)).toBeLessThan(4 * 94)
    }
  })
})
