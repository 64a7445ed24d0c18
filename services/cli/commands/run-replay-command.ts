import type { ReplayReport } from '#services/replayer/run-replay'
import { pipelineTopics } from '#shared/contracts/topics'
import type { CommandContext } from '../command-context.js'
import { INTERRUPTED } from '../interrupted.js'
import { requireOrder } from '../require-order.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'
import { describeReplay } from './describe-replay.js'
import type { PipelineFlags } from './named-pipelines.js'
import { openPipeline } from './open-pipeline.js'
import type { Place } from './parse-place.js'
import { requireTopic } from './require-topic.js'

export interface ReplayFlags extends PipelineFlags {
  readonly from?: Place
  readonly to?: Place
  readonly partition?: readonly number[]
  /** Of the topics that are published to. */
  readonly prefix?: string
  readonly check?: boolean
}

const DEFAULT_PREFIX = 'replay'

/** @returns 1 when the replay differs from production */
export async function runReplayCommand(flags: ReplayFlags, context: CommandContext): Promise<number> {
  const { terminal, clock, stop } = context
  const { check = false, from, to, partition: partitions } = flags
  requirePlacesInOrder(from, to)
  const { log, settings } = await openPipeline(flags, context)
  const meter = new ProgressMeter(new StatusLine(terminal.err), clock, (_, progress) =>
    terminal.err.write(`${describeProgress(progress)}\n`),
  )
  let report: ReplayReport
  // To check leaves nothing behind, unless that is asked for as well.
  const prefix = flags.prefix ?? (check ? null : DEFAULT_PREFIX)
  try {
    const publishTo = prefix === null ? null : pipelineTopics(prefix, settings.name)
    if (publishTo?.forecasts === settings.topics.forecasts) {
      throw new UsageError(`the topics of production begin with ${prefix}; publish under another --prefix`)
    }
    await requireTopic(log, { pipeline: settings.name, topic: settings.topics.weights })
    const { runReplay } = await import('#services/replayer/run-replay')
    report = await runReplay({
      ...{ log, settings, publishTo, check, clock, signal: stop, from, to, partitions },
      onProgress: ({ done, total, perSecond, secondsLeft }) =>
        meter.update('replay', { done, total, perSecond, secondsLeft }),
    })
  } finally {
    meter.finish('replay')
    await log.close()
  }
  if (flags.json) terminal.out.write(`${JSON.stringify({ ...report, prefix })}\n`)
  else terminal.out.write(`${describeReplay(report, prefix).join('\n')}\n`)
  if (report.difference) return 1
  return report.complete ? 0 : INTERRUPTED
}

/** Where an offset and a time lie is known only in the topic, partition by partition. */
function requirePlacesInOrder(from: Place | undefined, to: Place | undefined): void {
  if (!from || !to) return
  if ('offset' in from && 'offset' in to) requireOrder(from.offset, to.offset)
  if ('timeMs' in from && 'timeMs' in to) requireOrder(from.timeMs, to.timeMs)
}
