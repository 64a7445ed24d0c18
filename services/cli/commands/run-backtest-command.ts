import { demoPipelines } from '#shared/configuration/demo-pipelines'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { openFeed } from '#shared/feed/open-feed'
import type { CommandContext } from '../command-context.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { describeBacktest } from './describe-backtest.js'
import { feedSection, feedSpec, pipelineNameOf, type ReadingFlags } from './reading-flags.js'
import { tellFindings } from './tell-findings.js'

export interface BacktestFlags extends ReadingFlags {
  readonly horizon?: string
  readonly cell?: string
  readonly layers?: string
  readonly hidden?: string
  readonly engine?: string
  readonly learn: boolean
  readonly dataDir?: string
  readonly json?: boolean
}

/** Ended by a signal before it had a result. */
const INTERRUPTED = 130

export async function runBacktestCommand(
  source: string,
  flags: BacktestFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const { horizon, cell, layers, hidden, engine, cadence, learn, dataDir } = flags
  const name = pipelineNameOf(source)
  const base = Object.values(demoPipelines).find((pipeline) => pipeline.feed.source === source) ?? {}
  const configuration = loadConfiguration({
    file: env.FORETIDE_CONFIG,
    flags: {
      ...{ horizon, cell, layers, hidden, engine, cadence, learn, dataDir },
      pipelines: { [name]: { ...base, feed: feedSection(source, flags) } },
    },
    env,
  })
  const pipeline = configuration.pipelines[0]!
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, progress) =>
    terminal.err.write(`${describeProgress(progress)}\n`),
  )
  status.show(`reading ${source}`)
  const feed = await openFeed(feedSpec(pipeline.feed!), { cacheDir: configuration.log.dataDir })
  status.clear()
  tellFindings(feed.findings, (line) => terminal.err.write(`${line}\n`))
  const { runBacktest } = await import('#services/backtester/run-backtest')
  const report = await runBacktest({
    feed,
    settings: pipeline.resolve(feed.cadenceMs),
    clock,
    signal: stop,
    onProgress: ({ events, total, eventsPerSecond, secondsLeft, training }) => {
      const note = training ? { note: `training ${training.step} of ${training.steps}` } : {}
      meter.update('backtest', { done: events, total, perSecond: eventsPerSecond, secondsLeft, ...note })
    },
  })
  meter.finish('backtest')
  if (stop.aborted) return INTERRUPTED
  if (!flags.json) terminal.out.write(`${describeBacktest(report).join('\n')}\n`)
  else terminal.out.write(`${JSON.stringify(report)}\n`)
  return 0
}
