import { describe, expect, it } from 'vitest'
import { JUDGED_ROWS, type MemoryRun } from '#services/benchmarks/memory-plan'
import { type MemoryResult, runMemoryBench } from '#services/benchmarks/run-memory-bench'
import { systemClock } from '#shared/clock/system-clock'
import { addingProblem } from '#shared/learning/tasks/adding-problem'
import { copyMemoryProblem } from '#shared/learning/tasks/copy-memory-problem'
import { taskWeights } from '#shared/learning/tasks/task-weights'
import {
  type TaskStanding,
  type TaskTrainingOptions,
  trainOnTask,
} from '#shared/learning/tasks/train-on-task'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import type { Cell } from '#shared/recurrent/net-shape'

// Why LSTM and GRU exist: over a hundred steps an Elman net learns nothing of what was at the beginning [Hochreiter and
// Schmidhuber 1997; Le, Jaitly and Hinton 2015, figure 2]. `foretide bench memory` shows the same at more lengths.

async function trainOn(run: MemoryRun): Promise<MemoryResult> {
  const { results } = await runMemoryBench({
    engine: createKernelGradientEngine(),
    ...{
      runs: [run],
      clock: systemClock,
      signal: new AbortController().signal,
      secondsMax: 600,
      everyLength: true,
    },
  })
  return results[0]!
}

describe('the adding problem over 100 steps', () => {
  const length = 100

  it.each(['lstm', 'gru'] as const)('is solved by %s', async (cell) => {
    const { solved, loss } = await trainOn({ task: 'adding', length, cell, seed: 1 })
    expect(solved).toBe(true)
    expect(loss).toBeLessThan(0.0167)
  })

  it('is not solved by an Elman net, which learns little but the mean', async () => {
    const { solved, loss, diverged } = await trainOn({ task: 'adding', length, cell: 'elman-tanh', seed: 1 })
    expect([solved, diverged]).toEqual([false, false])
    expect(loss).toBeGreaterThan(0.5 * 0.1667)
  })
})

describe('the adding problem over 10 steps', () => {
  it('is solved by an Elman net too', async () => {
    expect((await trainOn({ task: 'adding', length: 10, cell: 'elman-tanh', seed: 1 })).solved).toBe(true)
  })

  // Linear in its inputs, the concatenation form can but add up c times every value, marked or not: the best c is the chance
  // of a mark, 2 / T, and explains the share 2 / T of the variance.
  it('leaves the concatenation form with all of the variance but a share of 2 / T', async () => {
    const { loss } = await trainOn({ task: 'adding', length: 10, cell: 'concatenation', seed: 1 })
    // A squared error spreads by √(7/180) about 1/6: of the judged rows the mean is known to 3.7 %.
    const spread = Math.sqrt(7 / 180) / (1 / 6) / Math.sqrt(JUDGED_ROWS)
    expect(Math.abs(loss / (1 / 6) - (1 - 2 / 10))).toBeLessThan(4 * spread)
  })
})

describe('the copy-memory problem', () => {
  /** Training shorter than the bench's. */
  function train(cell: Cell, length: number, updatesMax: number): TaskStanding {
    const task = copyMemoryProblem(length)
    const options: TaskTrainingOptions = {
      ...{ task, weights: taskWeights(cell, 64, task, 1), seed: 1, rows: 64, judgedRows: 256 },
      ...{ updatesMax, judgeEvery: 100, learningRate: 0.01, gradientNormMax: 1, solvedShare: 0.1 },
    }
    return [...trainOnTask(createKernelGradientEngine(), options)].at(-1)!
  }

  it('brings a GRU far below the baseline, where it has to remember ten symbols over 15 steps', () => {
    const { baseline } = copyMemoryProblem(5)
    expect(train('gru', 5, 1_500).loss).toBeLessThan(0.5 * baseline)
  })

  it('leaves an Elman net near the baseline of one that remembers nothing', () => {
    const { baseline } = copyMemoryProblem(50)
    // 10 · ln 8 / 70
    expect(baseline).toBeCloseTo(0.2971, 4)
    const { loss } = train('elman-tanh', 50, 800)
    expect(loss / baseline).toBeGreaterThan(0.9)
  })
})

describe('training on a task', () => {
  it('gives the same bits twice', () => {
    const task = addingProblem(20)
    const losses = () => {
      const options: TaskTrainingOptions = {
        ...{ task, weights: taskWeights('lstm', 32, task, 7), seed: 7, rows: 32, judgedRows: 64 },
        ...{ updatesMax: 100, judgeEvery: 10, learningRate: 0.01, gradientNormMax: 1, solvedShare: 0.1 },
      }
      return [...trainOnTask(createKernelGradientEngine(), options)].map(({ loss }) => loss)
    }
    expect(losses()).toEqual(losses())
  })
})
