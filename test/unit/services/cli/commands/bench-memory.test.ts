import { describe, expect, it } from 'vitest'
import type { MemoryResult } from '#services/benchmarks/run-memory-bench'
import { describeMemoryBench } from '#services/cli/commands/describe-memory-bench'
import { runCommand } from '../command-line.js'

const result = (
  cell: MemoryResult['cell'],
  length: number,
  loss: number,
  solved: boolean,
  seed = 1,
): MemoryResult => ({
  ...{ task: 'adding', length, cell, seed, updates: 100 * seed, loss, solved },
  ...{ diverged: false, baseline: 1 / 6, seconds: 2 },
})

describe('foretide bench memory', () => {
  it('trains a net and writes what it reached, then the table', async () => {
    const argv = ['bench', 'memory', '--tasks', 'adding', '--lengths', '2', '--cells', 'gru', '--seeds', '1']
    const text = await runCommand(argv)
    expect(text.code).toBe(0)
    expect(text.out).toContain('| length | baseline | gru |')
    expect(text.out).toMatch(/\| 2 \| 0\.1667 \| \*\*1\/1, 0\.0\d+\*\*, \d+ updates \|/)
    const json = await runCommand([...argv, '--json'])
    const [line] = json.out
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row))
    expect(line).toMatchObject({ task: 'adding', length: 2, cell: 'gru', seed: 1, solved: true })
  })

  it.each([
    ['a cell', ['--cells', 'gru,lsmt'], 'did you mean `lstm`?'],
    ['a task', ['--tasks', 'coppy-memory'], 'did you mean `copy-memory`?'],
    ['a length', ['--lengths', '10,x'], 'whole number'],
  ])('refuses %s that it does not know', async (_, flags, message) => {
    const { code, err } = await runCommand(['bench', 'memory', ...flags])
    expect(code).toBe(2)
    expect(err).toContain(message)
  })

  it('refuses a problem of one step, which has no two halves', async () => {
    const { code, err } = await runCommand(['bench', 'memory', '--lengths', '1'])
    expect(code).toBe(2)
    expect(err).toContain('2')
  })
})

describe('the table of which cell solves which length', () => {
  it('has how many seeds solved it, the median loss, and the updates of those that did', () => {
    const lines = describeMemoryBench({
      results: [
        result('gru', 10, 0.01, true, 1),
        result('gru', 10, 0.03, false, 2),
        result('gru', 10, 0.012, true, 3),
        result('elman-tanh', 10, 0.1, false),
        result('gru', 20, 0.016, true),
      ],
      left: [],
    })
    expect(lines).toContain('| length | baseline | gru | elman-tanh |')
    expect(lines).toContain('| 10 | 0.1667 | **2/3, 0.0120**, 200 updates | 0/1, 0.100 |')
    expect(lines).toContain('| 20 | 0.1667 | **1/1, 0.0160**, 100 updates | – |')
  })
})
