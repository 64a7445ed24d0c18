import { type DetectorResult, rises, runDriftBench } from '#services/benchmarks/drift/run-drift-bench'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount, formatSeconds, formatShare } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'

export interface BenchDriftFlags {
  readonly streams?: number
  readonly json?: boolean
}

const streamsDefault = 60

export async function runBenchDriftCommand(
  flags: BenchDriftFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const streams = flags.streams ?? streamsDefault
  const meter = new ProgressMeter(
    new StatusLine(terminal.err),
    clock,
    (name, { done, total, secondsLeft }) => {
      const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
      terminal.err.write(`${name}: ${formatCount(done)} of ${formatCount(total)} streams${left}\n`)
    },
  )
  const beganMs = clock.now()
  const results = await runDriftBench({
    ...{ streams, signal: stop },
    onProgress: (done, total) => {
      const perSecond = (1000 * done) / Math.max(1, clock.now() - beganMs)
      meter.update('bench drift', { done, total, perSecond, secondsLeft: (total - done) / perSecond })
    },
  }).finally(() => meter.finish('bench drift'))
  if (stop.aborted) return INTERRUPTED
  if (flags.json) for (const result of results) terminal.out.write(`${JSON.stringify(result)}\n`)
  else terminal.out.write(`${describeDriftBench(results).join('\n')}\n`)
  return 0
}

/** A Markdown table, which decision 12 holds. */
function describeDriftBench(results: readonly DetectorResult[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const headings = rises.map((rise) => `errors ${formatCount(100 * rise)} % higher`)
  return [
    row(['detector', 'false alarms per 1,000 blocks', ...headings]),
    row(['---', ...rises.map(() => '---:'), '---:']),
    ...results.map(({ detector, falseAlarms, after }) =>
      row([
        detector,
        falseAlarms.toFixed(2),
        ...after.map(({ medianBlocks, found }) =>
          found < 0.5
            ? `${formatShare(found)} within 100`
            : `${medianBlocks} (${formatShare(found)} within 100)`,
        ),
      ]),
    ),
  ]
}
