import { pipelineDecoder } from '#shared/composition/pipeline-parts'
import type { Configuration, PipelineConfiguration } from '#shared/configuration/configuration'
import { demoPipelines } from '#shared/configuration/demo-pipelines'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { type Net, withNet } from '#shared/configuration/net-control'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import type { Feed } from '#shared/feed/feed'
import { openFeed } from '#shared/feed/open-feed'
import { parseTime } from '#shared/feed/parse-time'
import { openTopicFeed } from '#shared/feed/topic-feed'
import type { CommandContext } from '../command-context.js'
import { settlePipeline } from '../platform/settle-pipeline.js'
import { UsageError } from '../usage-error.js'
import { openStandingLog } from './open-standing-log.js'
import { feedSection, feedSpec, pipelineNameOf, type ReadingFlags } from './reading-flags.js'

export interface OpenBacktestFlags extends ReadingFlags {
  readonly config?: string
  readonly pipeline?: string
  readonly vs?: string
  readonly vsPipeline?: string
  readonly horizon?: string
  readonly preset?: string
  readonly cell?: string
  readonly layers?: string
  readonly hidden?: string
  readonly engine?: string
  readonly learn: boolean
  readonly net?: Net
  readonly dataDir?: string
  readonly from?: string
  readonly to?: string
}

export interface OpenedBacktest {
  readonly feed: Feed
  readonly settings: PipelineSettings
  /** Of the configuration to compare with. */
  readonly vs: PipelineSettings | null
}

type Context = Pick<CommandContext, 'terminal' | 'env' | 'clock' | 'stop'>

/** What the name of a source begins with that is a topic of the log. */
export const TOPIC = 'topic:'
const HOUR_MS = 3_600_000

/**
 * The source of a backtest, and the settings that it is forecast by.
 * @param tell told what was found in the source and is not asked for
 */
export async function openBacktest(
  source: string,
  flags: OpenBacktestFlags,
  context: Context,
  tell?: (sentence: string) => void,
): Promise<OpenedBacktest> {
  const { configuration, pipeline: chosen } = chooseSettings(source, flags, context)
  const feed = source.startsWith(TOPIC)
    ? await openTopic(source.slice(TOPIC.length), flags, configuration, chosen, context)
    : await openSource(source, flags, configuration, chosen)
  const pipeline = withFoundCadence(source, flags, feed, chosen, context)
  const settle = async (one: PipelineConfiguration) => {
    const settings = await settlePipeline(one, one.cadenceMs ?? feed.cadenceMs, async () => feed, tell)
    return flags.net === undefined ? settings : withNet(settings, flags.net)
  }
  const settings = await settle(pipeline)
  if (flags.vs === undefined) return { feed, settings, vs: null }
  const other = { ...flags, config: flags.vs, pipeline: flags.vsPipeline ?? flags.pipeline }
  const { pipeline: second } = chooseSettings(source, other, context, '--vs-pipeline')
  return { feed, settings, vs: await settle(second) }
}

/** Without a configuration a topic's cadence is that of its readings, which are known only when they have been read. */
function withFoundCadence(
  source: string,
  flags: OpenBacktestFlags,
  { cadenceMs }: Feed,
  chosen: PipelineConfiguration,
  context: Context,
): PipelineConfiguration {
  const configured = flags.config ?? context.env.FORETIDE_CONFIG
  if (!source.startsWith(TOPIC) || flags.cadence !== undefined || configured !== undefined) return chosen
  return chooseSettings(source, { ...flags, cadence: `${cadenceMs}ms` }, context).pipeline
}

/** A configuration's pipeline, or one of defaults that is named like the source. @param chosenBy the flag that names the pipeline */
function chooseSettings(
  source: string,
  flags: OpenBacktestFlags,
  { env }: Pick<Context, 'env'>,
  chosenBy = '--pipeline',
): { readonly configuration: Configuration; readonly pipeline: PipelineConfiguration } {
  const { horizon, preset, cell, layers, hidden, engine, covariates, cadence, learn, dataDir } = flags
  const settings = { horizon, preset, cell, layers, hidden, engine, covariates, cadence, learn, dataDir }
  const file = flags.config ?? env.FORETIDE_CONFIG
  if (file === undefined) {
    const name = source.startsWith(TOPIC) ? 'topic' : pipelineNameOf(source)
    const demo = Object.values(demoPipelines).find((pipeline) => pipeline.feed.source === source) ?? {}
    const base = source.startsWith(TOPIC)
      ? { cadence: cadence ?? '1h' }
      : { ...demo, feed: feedSection(source, flags) }
    const configuration = loadConfiguration({ flags: { ...settings, pipelines: { [name]: base } }, env })
    return { configuration, pipeline: configuration.pipelines[0]! }
  }
  const configuration = loadConfiguration({ file, flags: settings, env })
  const { pipelines } = configuration
  const topic = source.startsWith(TOPIC) ? source.slice(TOPIC.length) : undefined
  const wanted = flags.pipeline ?? (pipelines.length === 1 ? pipelines[0]!.name : undefined)
  const pipeline = pipelines.find((one) =>
    wanted === undefined
      ? one.name === pipelineNameOf(source) || one.resolve(HOUR_MS).inputTopic === topic
      : one.name === wanted,
  )
  if (pipeline) return { configuration, pipeline }
  const known = pipelines.map(({ name }) => name).join(', ')
  const absent = flags.pipeline === undefined ? '' : `there is no pipeline ${flags.pipeline}; `
  throw new UsageError(`${absent}say which pipeline of ${file} to take with ${chosenBy}: ${known}.`)
}

function openSource(
  source: string,
  flags: OpenBacktestFlags,
  configuration: Configuration,
  pipeline: PipelineConfiguration,
): Promise<Feed> {
  const reading = { pipelines: { reading: { feed: feedSection(source, flags) } } }
  const { covariates } = pipeline.resolve(HOUR_MS)
  // The environment speaks of the log, which the file names.
  const { feed } = loadConfiguration({ flags: { ...reading, covariates }, env: {} }).pipelines[0]!
  return openFeed(feedSpec(feed!), { cacheDir: configuration.log.dataDir })
}

async function openTopic(
  topic: string,
  flags: OpenBacktestFlags,
  configuration: Configuration,
  pipeline: PipelineConfiguration,
  { terminal, clock, stop }: Context,
): Promise<Feed> {
  const range = {
    topic,
    fromMs: optionalTimeOf(flags.from, '--from'),
    toMs: optionalTimeOf(flags.to, '--to'),
  }
  const settings = pipeline.resolve(HOUR_MS)
  const log = await openStandingLog(configuration.log, clock, terminal.err)
  try {
    return await openTopicFeed(log, range, pipelineDecoder(settings), settings.covariates, stop)
  } finally {
    await log.close()
  }
}

/** @throws UsageError when a flag that is there has a text that is no time */
export function optionalTimeOf(text: string | undefined, flag: string): number | undefined {
  return text === undefined ? undefined : timeOf(text, flag)
}

/** @throws UsageError when a flag's text is no time */
export function timeOf(text: string, flag: string): number {
  const timeMs = parseTime(text)
  if (!Number.isNaN(timeMs)) return timeMs
  throw new UsageError(`${flag} ${text} is no time; write it as 2026-01-31 or 2026-01-31T06:00.`)
}
