import { describe, expect, it } from 'vitest'
import { blockCount, testBlockMeans } from '#shared/scoring/block-test'
import { studentQuantile, studentWithin } from '#shared/scoring/student-t'
import { repeatableNumbers } from '../../services/gateway/made-up-forecasts.js'

describe("Student's t", () => {
  it('has the quantiles of the printed tables', () => {
    // Two-sided 5 % and 1 % points, as in any table of the distribution (Fisher and Yates, table III).
    const printed = [
      [1, 12.706, 63.657],
      [2, 4.303, 9.925],
      [3, 3.182, 5.841],
      [7, 2.365, 3.499],
      [15, 2.131, 2.947],
    ]
    for (const [degrees, five, one] of printed) {
      expect(studentQuantile(0.95, degrees!)).toBeCloseTo(five!, 3)
      expect(studentQuantile(0.99, degrees!)).toBeCloseTo(one!, 3)
    }
    // One degree of freedom is the Cauchy distribution: within ±1 half of the mass, 2/π atan t in all.
    expect(studentWithin(1, 1)).toBeCloseTo(0.5, 12)
    expect(studentWithin(-3, 1)).toBeCloseTo((2 / Math.PI) * Math.atan(3), 12)
  })
})

describe('testBlockMeans', () => {
  it('gives the t-test that is worked by hand', () => {
    // Means 1, 2, 3, 4, 5: mean 3, deviation √2.5, error √0.5, t = 3 / √0.5 = 4.2426 on 4 degrees, p from the closed form
    // for 4 degrees: P(|T| < t) = s (1 + c²/2) with s = t / √(t² + 4), c² = 4 / (t² + 4); t² = 18.
    const s = Math.sqrt(18 / 22)
    const found = testBlockMeans([1, 2, 3, 4, 5])!
    expect(found.difference).toBe(3)
    expect(found.p).toBeCloseTo(1 - s * (1 + 2 / 22), 12)
    expect(found.high - 3).toBeCloseTo(2.776 * Math.sqrt(0.5), 3)
    expect(3 - found.low).toBeCloseTo(2.776 * Math.sqrt(0.5), 3)
  })

  it('calls it no difference where nothing differs, and no test where there is too little', () => {
    expect(testBlockMeans([0, 0, 0, 0])).toEqual({ difference: 0, low: 0, high: 0, p: 1 })
    expect(testBlockMeans([1, 2, 3])).toBeNull()
  })

  it('takes blocks of two horizons and of a season at least, and sixteen at most', () => {
    expect(blockCount(1000, 24, 24)).toBe(16)
    expect(blockCount(480, 24, 24)).toBe(10)
    expect(blockCount(480, 6, 96)).toBe(5)
  })

  it('finds a difference where there is none in about one of twenty comparisons, whatever overlaps and moves together', () => {
    // Two forecasters of equal skill. What they differ by is common to 8 series, lasts like overlapping leads (a moving
    // sum over 24 origins), and is twice as wild in the second half: treating each outcome as one of its own would err
    // far more often.
    const random = repeatableNumbers(11)
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    const [runs, cells, horizon, series] = [600, 800, 24, 8]
    const blocks = blockCount(cells, horizon, 24)
    let byBlocks = 0
    let byOutcomes = 0
    for (let run = 0; run < runs; run++) {
      const shocks = Array.from({ length: cells + horizon }, gauss)
      const means = new Array<number>(blocks).fill(0)
      const all: number[] = []
      for (let t = 0; t < cells; t++) {
        const common = shocks.slice(t, t + horizon).reduce((sum, shock) => sum + shock, 0)
        for (let one = 0; one < series; one++) {
          const difference = (t < cells / 2 ? 1 : 2) * (common + 2 * gauss())
          all.push(difference)
          means[Math.floor((t / cells) * blocks)]! += (difference * blocks) / (cells * series)
        }
      }
      if (testBlockMeans(means)!.p < 0.05) byBlocks++
      const mean = all.reduce((sum, one) => sum + one, 0) / all.length
      const deviation = Math.sqrt(all.reduce((sum, one) => sum + (one - mean) ** 2, 0) / all.length)
      if (Math.abs(mean) > (1.96 * deviation) / Math.sqrt(all.length)) byOutcomes++
    }
    // 5 %, plus three standard deviations of 600 draws and what is left of the overlap between blocks.
    expect(byBlocks / runs).toBeLessThan(0.1)
    expect(byBlocks / runs).toBeGreaterThan(0.01)
    expect(byOutcomes / runs).toBeGreaterThan(0.5)
  })

  it('sees a difference as large as the deviation of its blocks', () => {
    const random = repeatableNumbers(5)
    const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    let seen = 0
    for (let run = 0; run < 200; run++) {
      const means = Array.from({ length: 16 }, () => 1 + gauss())
      if (testBlockMeans(means)!.p < 0.05) seen++
    }
    // Power of the t-test for an effect of one deviation with 16 values: 0.96 (Cohen 1988, table 2.3).
    expect(seen / 200).toBeGreaterThan(0.9)
  })
})
