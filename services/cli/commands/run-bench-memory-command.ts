import {
  FULL_MEMORY_CHOICE,
  listMemoryRuns,
  QUICK_MEMORY_CHOICE,
  type TaskName,
} from '#services/benchmarks/memory-plan'
import { type MemoryResult, runMemoryBench } from '#services/benchmarks/run-memory-bench'
import { createKernelGradientEngine } from '#shared/recurrent/kernel/kernel-gradient-engine'
import type { Cell } from '#shared/recurrent/net-shape'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount, formatSeconds, formatShare } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { describeMemoryBench } from './describe-memory-bench.js'

export interface BenchMemoryFlags {
  readonly tasks?: readonly TaskName[]
  readonly lengths?: readonly number[]
  readonly cells?: readonly Cell[]
  readonly seeds?: number
  readonly minutes?: number
  readonly everyLength?: boolean
  readonly quick?: boolean
  readonly json?: boolean
}

const MINUTES = 60

export async function runBenchMemoryCommand(
  flags: BenchMemoryFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const base = flags.quick ? QUICK_MEMORY_CHOICE : FULL_MEMORY_CHOICE
  const { tasks, lengths, cells, seeds } = flags
  const runs = listMemoryRuns({
    tasks: tasks ?? base.tasks,
    lengths: lengths ?? base.lengths,
    cells: cells ?? base.cells,
    seeds: seeds ?? base.seeds,
  })
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (name, { done, total, secondsLeft, note }) => {
    const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
    terminal.err.write(`${name}: ${formatShare(done / total)}${left}, ${note}\n`)
  })
  const report = await runMemoryBench({
    engine: createKernelGradientEngine(),
    ...{ runs, clock, signal: stop },
    everyLength: flags.everyLength ?? false,
    secondsMax: 60 * (flags.minutes ?? MINUTES),
    onProgress: ({ run, ...progress }) =>
      meter.update('bench memory', { ...progress, note: `${run.cell} on ${run.task} ${run.length}` }),
    onResult: (result) => {
      if (flags.json) terminal.out.write(`${JSON.stringify(result)}\n`)
      else status.write(`${describeResult(result)}\n`)
    },
  }).finally(() => meter.finish('bench memory'))
  if (stop.aborted) return INTERRUPTED
  if (!flags.json) terminal.out.write(`${describeMemoryBench(report).join('\n')}\n`)
  if (report.left.length > 0) {
    terminal.err.write(
      `${formatCount(report.left.length)} of ${formatCount(runs.length)} nets were not trained for lack of time; give --minutes.\n`,
    )
  }
  return 0
}

function describeResult({
  task,
  length,
  cell,
  seed,
  solved,
  diverged,
  updates,
  loss,
  seconds,
}: MemoryResult): string {
  const ending = solved ? 'solved' : diverged ? 'diverged' : 'not solved'
  return `${task} ${length}, ${cell}, seed ${seed}: ${ending} after ${updates} updates, ${formatSeconds(seconds)}, loss ${loss.toPrecision(3)}`
}
