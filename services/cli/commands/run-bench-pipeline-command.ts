import { join, resolve } from 'node:path'
import { BUDGET_KEYS, BUDGETS, type PipelineFigure } from '#services/benchmarks/pipeline/budgets'
import { runPipelineBench } from '#services/benchmarks/pipeline/run-pipeline-bench'
import { suggestName } from '#shared/configuration/nearest-name'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatValue } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { type Column, renderTable } from '../terminal/table.js'
import { UsageError } from '../usage-error.js'

export interface BenchPipelineFlags {
  readonly only?: readonly string[]
  readonly rounds?: number
  readonly data?: string
  readonly dataDir?: string
  readonly json?: boolean
}

const ROUNDS = 3
const DATA = '../shared/data'

export async function runBenchPipelineCommand(
  flags: BenchPipelineFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const names = BUDGET_KEYS.map((key) => BUDGETS[key].name)
  for (const asked of flags.only ?? []) {
    if (!names.some((name) => name === asked))
      throw new UsageError(`--only: there is no ${asked}; ${suggestName(asked, names)}.`)
  }
  const keys = BUDGET_KEYS.filter((key) => flags.only?.includes(BUDGETS[key].name) ?? true)
  const say = (line: string) => terminal.err.write(`${line}\n`)
  const meter = new ProgressMeter(new StatusLine(terminal.err), clock, (_, { done, total, note }) =>
    say(`${done} of ${total} measured; ${note}`),
  )
  const beganMs = clock.now()
  const figures = await runPipelineBench({
    ...{ keys, rounds: flags.rounds ?? ROUNDS, clock, signal: stop },
    dataFolder: resolve(flags.data ?? env.FORETIDE_DATA ?? DATA),
    peersDir: join(flags.dataDir ?? '.foretide', 'peers'),
    onProgress: ({ done, total, name }) => {
      const perSecond = (1000 * done) / Math.max(1, clock.now() - beganMs)
      const secondsLeft = done === 0 ? null : (total - done) / perSecond
      meter.update('bench pipeline', { done, total, perSecond, secondsLeft, note: name })
    },
    onFigure: (figure) => {
      if (flags.json) terminal.out.write(`${JSON.stringify(figure)}\n`)
    },
  }).finally(() => meter.finish('bench pipeline'))
  if (stop.aborted) return INTERRUPTED
  if (!flags.json) terminal.out.write(`${describePipelineBench(figures).join('\n')}\n`)
  return figures.some(({ verdict }) => verdict === 'missed') ? 1 : 0
}

const VERDICTS = {
  goal: 'goal reached',
  floor: 'floor reached',
  missed: 'BELOW ITS FLOOR',
  absent: 'not measured',
}

/** The budgets beside what was measured, for a terminal. */
function describePipelineBench(figures: readonly PipelineFigure[]): string[] {
  const right = (title: string): Column => ({ title, align: 'right' })
  const left = (title: string): Column => ({ title, align: 'left' })
  return [
    ...renderTable(
      [left(''), right('measured'), right('floor'), right('goal'), left(''), left('')],
      figures.map(({ about, value, floor, goal, unit, verdict }) => [
        ...[about, formatValue(value ?? Number.NaN), formatValue(floor), formatValue(goal), unit],
        VERDICTS[verdict],
      ]),
    ),
    '',
    ...figures.flatMap(({ name, note }) => (note === '' ? [] : [`${name}: ${note}`])),
  ]
}
