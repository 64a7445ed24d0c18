import { describe, expect, it } from 'vitest'
import { FULL_MEMORY_CHOICE, listMemoryRuns, type MemoryChoice } from '#services/benchmarks/memory-plan'
import { runMemoryBench } from '#services/benchmarks/run-memory-bench'
import { biasEngine } from '../../shared/learning/tasks/bias-engine.js'

const choice: MemoryChoice = { tasks: ['adding'], lengths: [4, 2], cells: ['elman-tanh', 'gru'], seeds: 2 }
/** Every look at this clock is a second later. */
const tickingClock = () => {
  let seconds = 0
  return { now: () => 1000 * seconds++, sleep: async () => {} }
}
const never = new AbortController().signal

describe('the runs of the memory bench', () => {
  it('are every cell with every seed, short lengths first', () => {
    expect(listMemoryRuns(choice).map(({ length, cell, seed }) => `${length} ${cell} ${seed}`)).toEqual([
      ...['2 elman-tanh 1', '2 elman-tanh 2', '2 gru 1', '2 gru 2'],
      ...['4 elman-tanh 1', '4 elman-tanh 2', '4 gru 1', '4 gru 2'],
    ])
    expect(listMemoryRuns(FULL_MEMORY_CHOICE)).toHaveLength(2 * 5 * 5 * 3)
  })
})

describe('the memory bench', () => {
  it('reports each run with its baseline, and a net without memory as not solved', async () => {
    const runs = listMemoryRuns(choice).slice(0, 2)
    const progress: number[] = []
    const { results, left } = await runMemoryBench({
      ...{
        engine: biasEngine(),
        runs,
        clock: tickingClock(),
        signal: never,
        secondsMax: 1e9,
        everyLength: true,
      },
      onProgress: ({ done, total }) => progress.push(done / total),
    })
    expect(left).toEqual([])
    expect(results).toMatchObject(
      runs.map((run) => ({ ...run, solved: false, diverged: false, baseline: 1 / 6 })),
    )
    // No less than the variance of a sum, but for what 1,024 judged rows know of it.
    for (const { loss } of results) expect(loss).toBeGreaterThan(0.12)
    expect([...progress].sort((a, b) => a - b)).toEqual(progress)
    expect(progress.at(-1)).toBe(1)
  })

  it('begins no run when the time is up, and says what is left', async () => {
    const runs = listMemoryRuns(choice)
    const { results, left } = await runMemoryBench({
      ...{
        engine: biasEngine(),
        runs,
        clock: tickingClock(),
        signal: never,
        secondsMax: 5,
        everyLength: true,
      },
    })
    expect(results).toHaveLength(1)
    expect(left).toEqual(runs.slice(1))
  })

  it('stops between two judgements, and gives memory back', async () => {
    const stop = new AbortController()
    const engine = biasEngine()
    const { results } = await runMemoryBench({
      ...{
        engine,
        runs: listMemoryRuns(choice),
        clock: tickingClock(),
        everyLength: false,
        signal: stop.signal,
        secondsMax: 1e9,
      },
      onProgress: () => stop.abort(),
    })
    expect([results.length, engine.open]).toEqual([0, 0])
  })

  it('does not train a cell beyond a length that none of its nets solved, unless asked', async () => {
    const bench = async (everyLength: boolean) => {
      const { results, left } = await runMemoryBench({
        ...{ engine: biasEngine(), runs: listMemoryRuns({ ...choice, seeds: 1 }), clock: tickingClock() },
        ...{ signal: never, secondsMax: 1e9, everyLength },
      })
      expect(left).toEqual([])
      return results.map(({ length, cell }) => `${length} ${cell}`)
    }
    expect(await bench(false)).toEqual(['2 elman-tanh', '2 gru'])
    expect(await bench(true)).toEqual(['2 elman-tanh', '2 gru', '4 elman-tanh', '4 gru'])
  })
})
