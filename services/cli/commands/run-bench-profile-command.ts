import { type BacktestProfile, profileBacktest } from '#services/benchmarks/pipeline/profile-backtest'
import { suggestName } from '#shared/configuration/nearest-name'
import { PRESETS } from '#shared/experts/expert-names'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatFixed, formatShare } from '../terminal/figures.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { renderTable } from '../terminal/table.js'
import { UsageError } from '../usage-error.js'

export interface BenchProfileFlags {
  readonly preset?: string
  readonly json?: boolean
}

export async function runBenchProfileCommand(
  { preset = 'lean', json }: BenchProfileFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  if (!PRESETS.some((known) => known === preset))
    throw new UsageError(`--preset: there is no ${preset}; ${suggestName(preset, PRESETS)}.`)
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, progress) =>
    terminal.err.write(`${describeProgress(progress)}\n`),
  )
  const profile = await profileBacktest(preset, stop, ({ done, total, perSecond }) => {
    const secondsLeft = perSecond > 0 ? (total - done) / perSecond : null
    meter.update('bench profile', { done, total, perSecond, secondsLeft })
  }).finally(() => meter.finish('bench profile'))
  if (profile === null) return INTERRUPTED
  terminal.out.write(
    `${json ? JSON.stringify({ preset, ...profile }) : describe(preset, profile).join('\n')}\n`,
  )
  return 0
}

function describe(preset: string, { stages, microsecondsPerEvent }: BacktestProfile): string[] {
  return [
    ...renderTable(
      [
        { title: `backtest, ${preset}`, align: 'left' },
        { title: 'µs per event', align: 'right' },
        { title: 'share', align: 'right' },
      ],
      [
        ...stages.map((it) => [it.stage, formatFixed(it.microsecondsPerEvent, 2), formatShare(it.share)]),
        ['all of it', formatFixed(microsecondsPerEvent, 2), formatShare(1)],
      ],
    ),
    '',
    'Processor time of a run under the profiler, which slows it down a little.',
  ]
}
