import { describe, expect, it } from 'vitest'
import { NAB_PROFILES, probationRows, scoreNab } from '#services/benchmarks/nab-scorer'

const [standard, lowFalsePositives, lowFalseNegatives] = NAB_PROFILES
const file = (rows: number, alarms: readonly number[], windows: [number, number][]) => {
  const scores = new Float64Array(rows)
  for (const row of alarms) scores[row] = 1
  return { scores, windows }
}

// Expected by hand from the benchmark's definition (accuracy findings, section 3). The published score of a detector whose
// results lie beside the corpus is reproduced by `foretide bench nab`, and in test/accuracy/nab.test.ts.
describe('the score of the Numenta Anomaly Benchmark', () => {
  it('is 0 for a detector that says nothing, 100 for the first row of every window', () => {
    expect(scoreNab([file(1000, [], [[500, 599]])], standard).score).toBe(0)
    expect(scoreNab([file(1000, [500], [[500, 599]])], standard).score).toBeCloseTo(100, 9)
  })

  it('gives less for a later row', () => {
    // Row 549 of 100 stands 51 rows before the window's end: σ(−0.51) / σ(−1) = 0.8551 / 0.9866, of −1 to 1.
    const found = (2 / (1 + Math.exp(5 * -0.51)) - 1) / (2 / (1 + Math.exp(-5)) - 1)
    const { score } = scoreNab([file(1000, [549], [[500, 599]])], standard)
    expect(score).toBeCloseTo((100 * (found + 1)) / 2, 9)
  })

  it('takes for a false alarm what the profile says', () => {
    // Before the first window: −0.11, of a span of 2; twice as much for low FP; of a span of 3 for low FN.
    const files = [file(1000, [300, 500], [[500, 599]])]
    expect(scoreNab(files, standard).score).toBeCloseTo((100 * 1.89) / 2, 9)
    expect(scoreNab(files, lowFalsePositives).score).toBeCloseTo((100 * 1.78) / 2, 9)
    expect(scoreNab(files, lowFalseNegatives).score).toBeCloseTo((100 * 2.89) / 3, 9)
  })

  it('takes less for an alarm soon after a window', () => {
    const soft = 0.11 * (2 / (1 + Math.exp((5 * 10) / 99)) - 1)
    const { score } = scoreNab([file(1000, [500, 609], [[500, 599]])], standard)
    expect(score).toBeCloseTo((100 * (2 + soft)) / 2, 9)
  })

  it('leaves the probation out, and counts a window in it as never found', () => {
    expect([probationRows(1000), probationRows(100_000)]).toEqual([150, 750])
    const files = [
      file(
        1000,
        [10, 500],
        [
          [5, 50],
          [500, 599],
        ],
      ),
    ]
    // One of two windows: (1 + 1) of (2 + 1).
    expect(scoreNab(files, standard).score).toBeCloseTo(200 / 3, 9)
  })

  it('takes the one threshold for all files that suits best', () => {
    const first = { scores: Float64Array.from(file(1000, [500], [[500, 599]]).scores, (s) => 0.8 * s) }
    const second = { scores: Float64Array.from(file(1000, [300], []).scores, (s) => 0.4 * s) }
    const files = [
      { ...first, windows: [[500, 599]] as [number, number][] },
      { ...second, windows: [] },
    ]
    const { score, threshold } = scoreNab(files, standard)
    expect([score, threshold]).toEqual([100, 0.8])
  })
})
