import { describe, expect, it } from 'vitest'
import { parseCoreList } from '#services/benchmarks/pinning'
import { WorkMeter } from '#services/benchmarks/work-meter'

/** Work of which a run takes `runMs` on a clock of its own. */
function workThatTakes(runMs: number, units: number) {
  let timeMs = 1000
  const run = () => {
    work.runs++
    timeMs += runMs
  }
  const work = { units, runs: 0, run, dispose: () => {} }
  return { work, meter: new WorkMeter(work, () => timeMs) }
}

describe('the meter of repeated work', () => {
  it.each([
    ['much quicker than a slice', 0.01, 48],
    ['about as long as a slice', 20, 8],
    ['longer than a slice', 700, 2048],
  ])('knows the rate of work that is %s', (_, runMs, units) => {
    const { meter } = workThatTakes(runMs, units)
    meter.warmUp(60)
    expect(meter.measure(25)).toBeCloseTo((units * 1000) / runMs, 3)
  })

  it('does not stay much longer than it is given', () => {
    const { work, meter } = workThatTakes(0.01, 1)
    meter.warmUp(60)
    const before = work.runs
    meter.measure(25)
    expect((work.runs - before) * 0.01).toBeLessThan(25 + 2.1)
  })

  it('warms up with two runs at least', () => {
    const { work, meter } = workThatTakes(700, 1)
    meter.warmUp(60)
    expect(work.runs).toBe(2)
  })
})

describe("the kernel's list of cores", () => {
  it.each([
    ['0-1', [0, 1]],
    ['3', [3]],
    ['0-2,5,8-9', [0, 1, 2, 5, 8, 9]],
    ['', []],
  ])('%j is read', (list, cores) => {
    expect(parseCoreList(list)).toEqual(cores)
  })
})
