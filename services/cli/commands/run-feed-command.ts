import { runFeeder } from '#services/feeder/run-feeder'
import { openLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { openFeed } from '#shared/feed/open-feed'
import { countOf } from '#shared/words/count-of'
import type { CommandContext } from '../command-context.js'
import { formatCount, formatSeconds } from '../terminal/figures.js'
import { describeProgress, ProgressMeter } from '../terminal/progress-meter.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'
import { feedSection, feedSpec, pipelineNameOf, type ReadingFlags } from './reading-flags.js'
import { tellFindings } from './tell-findings.js'

export interface FeedFlags extends ReadingFlags {
  readonly pipeline?: string
  readonly config?: string
  readonly dataDir?: string
  readonly speed?: string
  readonly json?: boolean
}

export async function runFeedCommand(
  source: string,
  flags: FeedFlags,
  { terminal, env, clock, stop }: CommandContext,
): Promise<number> {
  const name = flags.pipeline ?? pipelineNameOf(source)
  const file = flags.config ?? env.FORETIDE_CONFIG
  const { dataDir, speed } = flags
  const running = loadConfiguration({ file, flags: { dataDir }, env })
  const pipeline = running.pipelines.find((one) => one.name === name)
  const configured = pipeline?.resolve(1)
  // The flags about the file, checked as its section in a configuration would be; the environment speaks of the log.
  const section = { [name]: { feed: feedSection(source, flags) } }
  const covariates = flags.covariates ?? configured?.covariates
  const reading = loadConfiguration({ flags: { speed, covariates, pipelines: section }, env: {} })
    .pipelines[0]!.feed!
  const pace = reading.speed ?? pipeline?.feed?.speed
  const topic = configured?.inputTopic ?? `sensors.${name}`

  const say = (line: string) => terminal.err.write(`${line}\n`)
  const status = new StatusLine(terminal.err)
  const meter = new ProgressMeter(status, clock, (_, progress) => say(describeProgress(progress)))
  status.show(`reading ${source}`)
  const feed = await openFeed(feedSpec(reading), { cacheDir: running.log.dataDir })
  status.clear()
  tellFindings(feed.findings, say)

  const log = await openLog(running.log, clock)
  try {
    if (configured) {
      await log.createTopics([{ topic, partitions: configured.partitions, cleanup: 'delete' }])
    }
    const partitions = await log.partitions(topic)
    if (partitions === 0) {
      const known = running.pipelines.map((one) => one.name).join(', ')
      throw new UsageError(
        `there is no pipeline \`${name}\` (configured: ${known}); name one with --pipeline, or start one with \`foretide up --feed ${source}\``,
      )
    }
    const result = await runFeeder({
      ...{ log, topic, partitions, feed, clock, signal: stop },
      ...(pace === undefined ? {} : { speed: pace }),
      onProgress: ({ sent, total, eventsPerSecond, ...rest }) =>
        meter.update(name, { done: sent, total, perSecond: eventsPerSecond, ...rest }),
    })
    meter.finish(name)
    const { sent, skipped, finished, seconds, eventsPerSecond } = result
    if (flags.json) {
      terminal.out.write(`${JSON.stringify({ topic, sent, skipped, finished, seconds, eventsPerSecond })}\n`)
    } else {
      const before = skipped > 0 ? `; ${formatCount(skipped)} were there before` : ''
      terminal.out.write(
        `${countOf(sent, 'event')} sent to ${topic} in ${formatSeconds(seconds)} (${formatCount(eventsPerSecond)} events/s)${before}\n`,
      )
      if (!finished) terminal.out.write('stopped; the same command goes on from here\n')
    }
    return 0
  } finally {
    status.clear()
    await log.close()
  }
}
