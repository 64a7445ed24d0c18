import { describe, expect, it } from 'vitest'
import {
  FULL_CHOICE,
  HEADLINES,
  listCases,
  operationsOf,
  QUICK_CHOICE,
  sameCase,
} from '#services/benchmarks/engine-case'

describe('the cases of the engine bench', () => {
  it('begin with what the summary stands on, whatever is chosen', () => {
    const cases = listCases({ cells: ['lstm'], hidden: [16], stepRows: [8], trainRows: [] })
    expect(cases).toEqual([...Object.values(HEADLINES), { kind: 'step', cell: 'lstm', hidden: 16, rows: 8 }])
  })

  it('hold every cell, size and batch once', () => {
    const cases = listCases(FULL_CHOICE)
    // By hand: 3 cells, 4 sizes, 4 batches of steps and 2 of training.
    expect(cases).toHaveLength(3 * 4 * (4 + 2))
    for (const one of cases) expect(cases.filter((other) => sameCase(one, other))).toHaveLength(1)
    expect(listCases(QUICK_CHOICE)).toHaveLength(3 * (3 + 1))
  })
})

describe('the operations of a step', () => {
  it('are two for each weight that is multiplied', () => {
    // GRU: 3 · 64 rows of 8 + 64 columns, and a head of 24 rows and 64 + 8 columns.
    expect(operationsOf(HEADLINES.stepsB1)).toBe(2 * (192 * 72 + 24 * 72))
    expect(operationsOf({ kind: 'step', cell: 'elman-tanh', hidden: 16, rows: 8 })).toBe(
      2 * (16 * 24 + 24 * 24),
    )
  })

  it('and of a backward pass those of the weights again, and of the state', () => {
    const forward = 2 * (192 * 72 + 24 * 72)
    expect(operationsOf(HEADLINES.train)).toBe(2 * forward + 2 * (192 * 64 + 24 * 64))
  })
})
