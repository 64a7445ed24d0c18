import { setImmediate } from 'node:timers/promises'
import type { Clock } from '#shared/clock/clock'
import { taskWeights } from '#shared/learning/tasks/task-weights'
import { type TaskStanding, trainOnTask } from '#shared/learning/tasks/train-on-task'
import type { GradientEngine } from '#shared/recurrent/gradient-engine'
import * as plan from './memory-plan.js'

/** What one net reached on one task of one length. */
export interface MemoryResult extends plan.MemoryRun, TaskStanding {
  readonly baseline: number
  readonly seconds: number
}

export interface MemoryBenchReport {
  readonly results: readonly MemoryResult[]
  /** Runs that the time was not enough for. */
  readonly left: readonly plan.MemoryRun[]
}

export interface MemoryBenchProgress {
  readonly run: plan.MemoryRun
  readonly done: number
  readonly total: number
  readonly perSecond: number
  /** null before a rate is known. */
  readonly secondsLeft: number | null
}

export interface MemoryBenchOptions {
  readonly engine: GradientEngine
  readonly runs: readonly plan.MemoryRun[]
  readonly clock: Clock
  readonly signal: AbortSignal
  /** No run is begun after this. Results do not depend on it, nor on the clock. */
  readonly secondsMax: number
  /** Train a cell also at lengths beyond one that none of its nets solved. */
  readonly everyLength: boolean
  readonly onResult?: (result: MemoryResult) => void
  readonly onProgress?: (progress: MemoryBenchProgress) => void
}

/** Train net after net, each from its own seed. Ends early when `signal` aborts. */
export async function runMemoryBench(options: MemoryBenchOptions): Promise<MemoryBenchReport> {
  const { engine, runs, clock, signal, secondsMax, onResult, onProgress } = options
  const startedMs = clock.now()
  const passed = () => (clock.now() - startedMs) / 1000
  // Longer sequences take longer, whatever the cell.
  const work = runs.map(({ task, length }) => plan.TASK_PLANS[task].create(length).steps)
  const total = work.reduce((sum, steps) => sum + steps, 0)
  const results: MemoryResult[] = []
  let done = 0
  for (const [index, run] of runs.entries()) {
    if (passed() > secondsMax) return { results, left: runs.slice(index) }
    if (!options.everyLength && failedShorter(results, run)) {
      done += work[index]!
      continue
    }
    const begunMs = clock.now()
    const { hidden, rows, updatesMax, create } = plan.TASK_PLANS[run.task]
    const task = create(run.length)
    let standing: TaskStanding = { updates: 0, loss: Number.NaN, solved: false, diverged: false }
    const training = trainOnTask(engine, {
      ...{ task, seed: run.seed, rows, updatesMax },
      weights: taskWeights(run.cell, hidden, task, run.seed),
      learningRate: plan.learningRateOf(run.cell),
      judgedRows: plan.JUDGED_ROWS,
      judgeEvery: plan.JUDGE_EVERY,
      gradientNormMax: plan.GRADIENT_NORM_MAX,
      solvedShare: plan.SOLVED_SHARE,
    })
    for (const reached of training) {
      standing = reached
      const now = done + (work[index]! * standing.updates) / updatesMax
      const perSecond = now / passed()
      const secondsLeft = Math.min((total - now) / perSecond, secondsMax - passed())
      onProgress?.({ run, done: now, total, perSecond, secondsLeft })
      await setImmediate()
      if (signal.aborted) return { results, left: runs.slice(index) }
    }
    done += work[index]!
    const result = { ...run, ...standing, baseline: task.baseline, seconds: (clock.now() - begunMs) / 1000 }
    results.push(result)
    onResult?.(result)
  }
  return { results, left: [] }
}

/** Whether there is a shorter length of the task that no net of the cell has solved. */
function failedShorter(results: readonly MemoryResult[], { task, cell, length }: plan.MemoryRun): boolean {
  const shorter = results.filter(
    (result) => result.task === task && result.cell === cell && result.length < length,
  )
  const solved = new Set(shorter.filter((result) => result.solved).map((result) => result.length))
  return shorter.some((result) => !solved.has(result.length))
}
