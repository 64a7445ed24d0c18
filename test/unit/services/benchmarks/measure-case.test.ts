import { describe, expect, it } from 'vitest'
import type { ContestantName } from '#services/benchmarks/contestant'
import { HEADLINES } from '#services/benchmarks/engine-case'
import { measureCase } from '#services/benchmarks/measure-case'
import type { RunningContestant } from '#services/benchmarks/start-contestant'

const { signal } = new AbortController()
const timing = { rounds: 3, sliceMs: 25, rooflineMs: 8, warmUpMs: 60, signal }

/** A contestant that reaches the given rates in turn, and tells what it was asked. */
function contestant(
  name: ContestantName,
  rates: readonly number[],
  asked: string[],
  roofline: number | null = null,
): RunningContestant {
  const left = [...rates]
  return {
    ...{ name, backend: name },
    prepare: async () => void asked.push(`prepare ${name}`),
    measure: async () => {
      asked.push(name)
      return left.shift()!
    },
    roofline: async () => roofline,
    stop: () => {},
  }
}

describe('measuring a case', () => {
  it('lets every contestant run once in each round', async () => {
    const asked: string[] = []
    await measureCase(
      HEADLINES.stepsB48,
      [contestant('kernel', [1, 1, 1], asked), contestant('tfjs-wasm', [1, 1, 1], asked)],
      timing,
    )
    const round = ['kernel', 'tfjs-wasm']
    expect(asked).toEqual(['prepare kernel', 'prepare tfjs-wasm', ...round, ...round, ...round])
  })

  it('takes the median of the rounds, and its share of the roofline of the same rounds', async () => {
    const { figures, rooflineGflops } = await measureCase(
      HEADLINES.stepsB48,
      [contestant('kernel', [1e6, 5, 2e6], [], 62.208), contestant('tfjs-wasm', [3e5, 1e5, 2e5], [])],
      timing,
    )
    expect(rooflineGflops).toBe(62.208)
    expect(figures.map(({ contestant: name, perSecond }) => [name, perSecond])).toEqual([
      ['kernel', 1e6],
      ['tfjs-wasm', 2e5],
    ])
    // A GRU-64 step is 31,104 operations: a million of them are 31.104 GFLOP.
    expect(figures[0]!.gflops).toBeCloseTo(31.104, 9)
    expect(figures[0]!.rooflineShare).toBeCloseTo(0.5, 9)
  })

  it('knows no share where nobody can measure a roofline', async () => {
    const { figures } = await measureCase(HEADLINES.train, [contestant('tfjs-wasm', [1, 2, 3], [])], timing)
    expect(figures[0]!.rooflineShare).toBeNull()
  })
})
