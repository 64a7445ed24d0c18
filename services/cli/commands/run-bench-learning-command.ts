import {
  costMax,
  type LearningBenchReport,
  runLearningBench,
} from '#services/benchmarks/learning/run-learning-bench'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { formatCount, formatSeconds, formatShare } from '../terminal/figures.js'
import { ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'

export interface BenchLearningFlags {
  readonly events?: number
  readonly rounds?: number
  readonly json?: boolean
}

/** So many that a session ends while they are served. */
const eventsDefault = 400_000
const roundsDefault = 3

export async function runBenchLearningCommand(
  flags: BenchLearningFlags,
  { terminal, clock, stop }: CommandContext,
): Promise<number> {
  const meter = new ProgressMeter(
    new StatusLine(terminal.err),
    clock,
    (name, { done, total, secondsLeft }) => {
      const left = secondsLeft === null ? '' : `, ${formatSeconds(secondsLeft)} left`
      terminal.err.write(`${name}: ${done} of ${total} runs${left}\n`)
    },
  )
  const beganMs = clock.now()
  const report = await runLearningBench({
    ...{ events: flags.events ?? eventsDefault, rounds: flags.rounds ?? roundsDefault, signal: stop },
    onProgress: (done, total) => {
      const perSecond = (1000 * done) / Math.max(1, clock.now() - beganMs)
      meter.update('bench learning', { done, total, perSecond, secondsLeft: (total - done) / perSecond })
    },
  }).finally(() => meter.finish('bench learning'))
  if (stop.aborted) return INTERRUPTED
  terminal.out.write(flags.json ? `${JSON.stringify(report)}\n` : `${describe(report).join('\n')}\n`)
  return report.sessions > 0 && report.cost < costMax ? 0 : 1
}

function describe({ cores, events, rounds, ...report }: LearningBenchReport): string[] {
  const { alone, training, cost, costs, sessions, sessionSeconds, trainingShare } = report
  const verdict =
    sessions > 0
      ? [
          `training costs      ${formatShare(cost)} of the throughput; it may cost ${formatShare(costMax)}`,
          `a session takes     ${formatSeconds(sessionSeconds)}, the median of ${formatCount(sessions)}`,
        ]
      : ['training costs      unknown: no session ended while events were served; serve more with --events']
  return [
    `serving alone       ${formatCount(Math.round(alone))} events/s`,
    `training beside it  ${formatCount(Math.round(training))} events/s, ${formatShare(trainingShare)} of the time in a session`,
    ...verdict,
    '',
    `${formatCount(events)} events through the embedded log in each of ${rounds} rounds, ${cores} cores; costs of the rounds: ${costs.map(formatShare).join(', ')}.`,
  ]
}
