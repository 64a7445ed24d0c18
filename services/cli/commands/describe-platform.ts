import { relative } from 'node:path'
import type { Configuration } from '#shared/configuration/configuration'
import { formatDuration } from '#shared/configuration/duration'
import type { LogFields } from '#shared/telemetry/structured-log'
import { countOf } from '#shared/words/count-of'
import type { PipelinePlan } from '../platform/pipeline-plan.js'
import type { FeedOutcome } from '../platform/running-pipeline.js'
import type { Platform } from '../platform/start-platform.js'
import { formatCount, formatSeconds } from '../terminal/figures.js'
import { flagsOfFeed } from './reading-flags.js'
import type { UpFlags } from './run-up-command.js'

const DEFAULT_FOLDER = '.foretide'

/** What runs, and what to do next: lines to copy. */
export function describePlatform(platform: Platform, configuration: Configuration, flags: UpFlags): string {
  const { url, plans } = platform
  const folder = relative(process.cwd(), configuration.log.dataDir)
  const first = plans[0]!
  const { name, inputTopic, horizon } = first.settings
  const here = [
    `--pipeline ${name}`,
    ...(flags.config === undefined ? [] : [`--config ${quoted(flags.config)}`]),
    ...(folder === DEFAULT_FOLDER ? [] : [`--data-dir ${quoted(configuration.log.dataDir)}`]),
  ].join(' ')
  const tail = `npx foretide tail ${here}`
  const fed = plans.find(({ source }) => source !== null)
  const backtest =
    fed === undefined
      ? `npx foretide backtest topic:${inputTopic}${flags.config === undefined ? ` --horizon ${horizon}` : ''} ${here}`
      : ['npx foretide backtest', quoted(fed.source!), ...readAs(fed, configuration)].join(' ')
  return `${[
    '',
    ...plans.map((plan) => `  ${describePlan(plan)}`),
    '',
    `  live page     ${url}/`,
    `  in a terminal ${tail}`,
    `  how good?     ${backtest}`,
    '',
    '  Ctrl-C stops and saves everything; started again, it goes on from there.',
    '',
  ].join('\n')}\n`
}

/** What a backtest has to be told so that it reads the file as the feed does. */
function readAs({ settings }: PipelinePlan, { pipelines }: Configuration): string[] {
  const feed = pipelines.find(({ name }) => name === settings.name)?.feed
  const { covariates, horizon } = settings
  return [
    ...(feed ? flagsOfFeed(feed) : []),
    ...(covariates.length > 0 ? ['--covariates', covariates.join(',')] : []),
    ...['--horizon', String(horizon)],
  ].map(quoted)
}

function describePlan({ settings, source }: PipelinePlan): string {
  const { name, cadenceMs, season, horizon, inputTopic, partitions, learn } = settings
  const from = source === null ? 'events on POST /v1/events' : source
  const learning = learn ? '' : ', not learning'
  return `${name}: every ${formatDuration(cadenceMs)}, ${season > 1 ? `season of ${season}` : 'no season'}, ${countOf(horizon, 'lead')}, from ${from} through ${inputTopic} (${countOf(partitions, 'partition')})${learning}`
}

/** A shell word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

/** What to say when a feed has ended: how fast it was sent, and how fast all of it was forecast. */
export function describeFeedEnd(
  outcome: FeedOutcome,
  asFields: boolean,
): { message: string; fields: LogFields } {
  const { sent, skipped, seconds, eventsPerSecond, finished, forecastPerSecond } = outcome
  if (asFields) {
    const message = finished ? 'feed done' : 'feed stopped'
    return { message, fields: { sent, skipped, seconds, eventsPerSecond, forecastPerSecond } }
  }
  if (sent === 0) return { message: 'feed: all of it was sent before', fields: {} }
  const before = skipped > 0 ? ` (${formatCount(skipped)} were there before)` : ''
  const rate = `${formatCount(eventsPerSecond)} events per second sent`
  const end =
    forecastPerSecond === null ? '' : `, ${formatCount(forecastPerSecond)} events per second forecast`
  const done = finished ? 'done' : 'stopped'
  return {
    message: `feed ${done}: ${countOf(sent, 'event')} in ${formatSeconds(seconds)}${before}, ${rate}${end}`,
    fields: {},
  }
}
