import { FULL_CHOICE, QUICK_CHOICE } from '#services/benchmarks/engine-case'
import { missedFloors, summariseEngineBench } from '#services/benchmarks/engine-summary'
import { runEngineBench } from '#services/benchmarks/run-engine-bench'
import type { Cell } from '#shared/recurrent/net-shape'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount, formatSeconds } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { describeEngineBench } from './describe-engine-bench.js'

export interface BenchEngineFlags {
  readonly cells?: readonly Cell[]
  readonly hidden?: readonly number[]
  readonly rounds?: number
  readonly quick?: boolean
  readonly failBelowFloors?: boolean
  readonly json?: boolean
}

const ROUNDS = 9
const QUICK_ROUNDS = 5

export async function runBenchEngineCommand(
  flags: BenchEngineFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const base = flags.quick ? QUICK_CHOICE : FULL_CHOICE
  const meter = new ProgressMeter(
    new StatusLine(terminal.err),
    clock,
    (name, { done, total, secondsLeft }) => {
      const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
      terminal.err.write(`${name}: ${formatCount(done)} of ${total} cases${left}\n`)
    },
  )
  const report = await runEngineBench({
    choice: { ...base, cells: flags.cells ?? base.cells, hidden: flags.hidden ?? base.hidden },
    rounds: flags.rounds ?? (flags.quick ? QUICK_ROUNDS : ROUNDS),
    ...{ clock, signal: stop },
    onProgress: (progress) => meter.update('bench engine', progress),
    onMeasured: ({ figures }) => {
      if (flags.json) for (const figure of figures) terminal.out.write(`${JSON.stringify(figure)}\n`)
    },
  }).finally(() => meter.finish('bench engine'))
  if (stop.aborted) return INTERRUPTED
  const summary = summariseEngineBench(report)
  const missed = missedFloors(summary)
  if (flags.json) terminal.out.write(`${JSON.stringify(summary)}\n`)
  else terminal.out.write(`${describeEngineBench(report, summary).join('\n')}\n`)
  if (!flags.json || flags.failBelowFloors) for (const line of missed) terminal.err.write(`${line}\n`)
  return flags.failBelowFloors && missed.length > 0 ? 1 : 0
}
