import { addingProblem } from '#shared/learning/tasks/adding-problem'
import { copyMemoryProblem } from '#shared/learning/tasks/copy-memory-problem'
import type { SequenceTask } from '#shared/learning/tasks/sequence-task'
import { type Cell, gatesOf } from '#shared/recurrent/net-shape'

/** How nets are trained on one task. */
export interface TaskPlan {
  readonly create: (length: number) => SequenceTask
  /** D */
  readonly hidden: number
  /** B */
  readonly rows: number
  readonly updatesMax: number
}

/** A net has solved a task when its judged loss is below this share of the baseline. */
export const SOLVED_SHARE = 0.1
export const JUDGED_ROWS = 1024
export const JUDGE_EVERY = 50
export const GRADIENT_NORM_MAX = 1

/** A cell without gates takes smaller steps: with those of a gated one it learns less far, of 0.001, 0.003 and 0.01 tried on the adding problem. */
export const LEARNING_RATES = { gated: 0.01, ungated: 0.003 }

export function learningRateOf(cell: Cell): number {
  return gatesOf(cell) > 1 ? LEARNING_RATES.gated : LEARNING_RATES.ungated
}

export const TASK_PLANS = {
  adding: { create: addingProblem, hidden: 32, rows: 64, updatesMax: 3_000 },
  'copy-memory': { create: copyMemoryProblem, hidden: 64, rows: 64, updatesMax: 6_000 },
} as const satisfies Record<string, TaskPlan>
export type TaskName = keyof typeof TASK_PLANS
const TASK_NAMES = Object.keys(TASK_PLANS) as readonly TaskName[]

/** Cells that are compared unless others are asked for. */
const MEMORY_CELLS: readonly Cell[] = ['elman-tanh', 'elman-relu', 'concatenation', 'lstm', 'gru']

export interface MemoryRun {
  readonly task: TaskName
  readonly length: number
  readonly cell: Cell
  readonly seed: number
}

export interface MemoryChoice {
  readonly tasks: readonly TaskName[]
  readonly lengths: readonly number[]
  readonly cells: readonly Cell[]
  /** Seeds 1 to this. */
  readonly seeds: number
}

export const FULL_MEMORY_CHOICE: MemoryChoice = {
  tasks: TASK_NAMES,
  lengths: [10, 20, 50, 100, 200],
  cells: MEMORY_CELLS,
  seeds: 3,
}
export const QUICK_MEMORY_CHOICE: MemoryChoice = {
  ...{ tasks: ['adding'], lengths: [10, 50], cells: MEMORY_CELLS, seeds: 1 },
}

/** Short lengths first, so that a bench that runs out of time has whole rows. */
export function listMemoryRuns({ tasks, lengths, cells, seeds }: MemoryChoice): readonly MemoryRun[] {
  const ascending = [...new Set(lengths)].sort((a, b) => a - b)
  return tasks.flatMap((task) =>
    ascending.flatMap((length) =>
      cells.flatMap((cell) => Array.from({ length: seeds }, (_, i) => ({ task, length, cell, seed: i + 1 }))),
    ),
  )
}
