import { dirname, resolve } from 'node:path'
import type { z } from 'zod'
import { applicableExperts } from '#shared/experts/applicable-experts'
import { chooseExperts } from '#shared/experts/expert-names'
import { seasonOf } from '#shared/series/season'
import {
  type Configuration,
  deepFreeze,
  type FeedSettings,
  type PipelineConfiguration,
  resolvePipeline,
} from './configuration.js'
import { ConfigurationError, type ConfigurationFault } from './configuration-error.js'
import {
  type ConfigurationFile,
  parseConfigurationText,
  readConfigurationFile,
} from './configuration-file.js'
import {
  configurationSchema,
  knownKeys,
  type ParsedConfiguration,
  type ParsedPipeline,
} from './configuration-schema.js'
import { demoPipelines, emptyPipelines } from './demo-pipelines.js'
import type { Environment } from './environment.js'
import { resolveLog } from './log-settings.js'
import { suggestName } from './nearest-name.js'
import { type ConfigurationFlags, findMisspelled, overrideSettings } from './override-settings.js'
import { calendarSeason } from './pipeline-settings.js'

export interface ConfigurationSources {
  /** Path of the YAML file; without one, the demo. */
  readonly file?: string
  readonly flags: ConfigurationFlags
  readonly env: Environment
}

/**
 * The configuration from its four sources, the later over the earlier: defaults, file, environment, flags.
 * Relative paths of a file start at the file's own folder, all others at the working directory.
 * @throws ConfigurationError that lists every fault
 */
export function loadConfiguration({ file, flags, env }: ConfigurationSources): Configuration {
  const source = file === undefined ? builtIn(flags, env) : readConfigurationFile(file, env)
  const faults = [...source.faults, ...findMisspelled(env)]
  const { content, origins } = overrideSettings(source.content, env, flags)
  if (source.content === undefined) throw new ConfigurationError(faults)
  const where = (path: readonly PropertyKey[]) =>
    origins.get(path.map(String).join('.')) ?? source.locate(path)
  const parsed = configurationSchema.safeParse(content, { reportInput: true })
  if (!parsed.success) {
    faults.push(...parsed.error.issues.flatMap((issue) => describeIssue(issue, source, where)))
    throw new ConfigurationError(sortFaults(faults))
  }
  const configuration = parsed.data
  if (flags.demo === false) leaveOutDemo(configuration)
  faults.push(...findContradictions(configuration, where))
  if (faults.length > 0) throw new ConfigurationError(sortFaults(faults))
  const base = file === undefined ? process.cwd() : dirname(resolve(file))
  const dataDirBase = origins.has('log.dataDir') ? process.cwd() : base
  return buildConfiguration(configuration, flags.pipelines ? process.cwd() : base, dataDirBase)
}

const BUILT_IN = 'built-in configuration'

function builtIn(flags: ConfigurationFlags, env: Environment): ConfigurationFile {
  const content = { pipelines: flags.demo === false ? emptyPipelines : demoPipelines }
  return parseConfigurationText(JSON.stringify(content), BUILT_IN, env)
}

function leaveOutDemo({ pipelines }: ParsedConfiguration): void {
  for (const pipeline of Object.values(pipelines)) {
    if (pipeline.feed?.source.startsWith('demo:')) delete pipeline.feed
  }
}

/** Characters that are shown of a setting that is wrong. */
const SHOWN_MAX = 80

/** What to do about settings that do not stand where one would look for them. */
const WHEN_MISSING: Readonly<Record<string, string>> = {
  'log.sasl.password': ': set FORETIDE_KAFKA_PASSWORD',
  'log.sasl.username': ' in `log.sasl`: whose password is it that FORETIDE_KAFKA_PASSWORD holds?',
}

type Where = (path: readonly PropertyKey[]) => string

function describeIssue(
  issue: z.core.$ZodIssue,
  source: ConfigurationFile,
  where: Where,
): ConfigurationFault[] {
  const { path } = issue
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      where: source.locateKey(path, key),
      message: `unknown key \`${key}\`; ${suggestName(key, knownKeys(path))}`,
    }))
  }
  // An entry of a list is known by the list's name.
  const key = String(path.findLast((part) => typeof part !== 'number') ?? 'the file')
  if (issue.code === 'invalid_key') {
    const message = `\`${key}\` ${issue.issues[0]?.message ?? 'is no name'}`
    return [{ where: source.locateKey(path.slice(0, -1), key), message }]
  }
  if (issue.input === undefined) {
    return [{ where: where(path), message: `\`${key}\` is missing${WHEN_MISSING[path.join('.')] ?? ''}` }]
  }
  // zod's own words remain only where a map was expected.
  const expected = issue.message.startsWith('must') ? issue.message : 'must be a map of settings'
  // A setting that is missing beside another is told of with the whole map that it is missing from.
  const { input } = issue
  const isMap = issue.code === 'custom' && typeof input === 'object' && !Array.isArray(input)
  const isHidden = isMap || ['token', 'password'].includes(key)
  const got = isHidden ? '' : `, not ${shown(input)}`
  return [{ where: where(path), message: `\`${key}\` ${expected}${got}` }]
}

/** A setting as it was given, cut to what a person recognises it by: where a file is none of settings, it is the whole file. */
function shown(input: unknown): string {
  const text = JSON.stringify(input)
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1)}…` : text
}

function findContradictions(configuration: ParsedConfiguration, where: Where): ConfigurationFault[] {
  const faults: ConfigurationFault[] = []
  const entries = Object.entries(configuration.pipelines)
  if (entries.length === 0) faults.push({ where: where(['pipelines']), message: 'there is no pipeline' })
  const { tls, sasl } = configuration.log
  if (sasl?.mechanism === 'plain' && tls === undefined) {
    const message =
      '`mechanism` plain sends the password so that anyone on the way can read it: set `tls`, or `tls: false` if that is meant'
    faults.push({ where: where(['log', 'sasl', 'mechanism']), message })
  }
  const partitionsOf = new Map<string, number>()
  for (const [name, pipeline] of entries) {
    const { cadence, feed, flushAfter, flushWithin, input } = pipeline
    const path = ['pipelines', name]
    const unable = noExpertLeft(pipeline)
    if (unable) {
      const message = `\`experts\` of pipeline \`${name}\` ${unable}: leave one on, such as \`persistence\``
      faults.push({ where: where([...path, 'model', 'experts']), message })
    }
    if (cadence === undefined && feed === undefined) {
      faults.push({
        where: where(path),
        message: `\`cadence\` of pipeline \`${name}\` is missing: how far apart are its readings, such as 1h?`,
      })
    }
    if (flushWithin < flushAfter) {
      const message = `\`flushWithin\` of pipeline \`${name}\` is shorter than \`flushAfter\`: states would have to be saved before they may be`
      faults.push({ where: where([...path, 'flushWithin']), message })
    }
    if (feed?.source.startsWith('demo:') && input.covariates.length > 0) {
      faults.push({
        where: where([...path, 'input', 'covariates']),
        message: `\`covariates\` of pipeline \`${name}\` are named, but ${feed.source} has none`,
      })
    }
    for (const covariate of takenCovariates(input)) {
      faults.push({
        where: where([...path, 'input', 'covariates']),
        message: `\`covariates\` of pipeline \`${name}\` names \`${covariate}\`, which has a part already`,
      })
    }
    const topic = input.topic ?? `sensors.${name}`
    const partitions = partitionsOf.get(topic)
    if (partitions !== undefined && partitions !== input.partitions) {
      faults.push({
        where: where([...path, 'input', 'partitions']),
        message: `\`partitions\` of topic \`${topic}\` is ${partitions} in one pipeline and ${input.partitions} in another`,
      })
    }
    partitionsOf.set(topic, input.partitions)
    if (topic.startsWith(`${configuration.topicPrefix}.`)) {
      faults.push({
        where: where([...path, 'input', 'topic']),
        message: `\`topic\` must not begin with \`${configuration.topicPrefix}.\`: such topics are written by Foretide`,
      })
    }
  }
  return faults
}

/** Why no expert makes a forecast, as far as that is known before a feed has told its cadence and season. */
function noExpertLeft({ model, cadence, season: given }: ParsedPipeline): string | null {
  const chosen = chooseExperts(model.preset, model.experts)
  if (chosen.length === 0) return 'switches all of them off'
  const season = given ?? (cadence === undefined ? null : calendarSeason(cadence))
  if (cadence === undefined || season === null) return null
  if (applicableExperts(chosen, seasonOf(season, cadence), cadence).length > 0) return null
  const names = chosen.map((expert) => `\`${expert}\``).join(', ')
  return `leaves ${names}, which can say nothing of such a cadence and season`
}

/** Those that are named twice, or are a part of the event already. */
function takenCovariates({ fields, covariates }: ParsedPipeline['input']): readonly string[] {
  const parts: readonly string[] = Object.values(fields)
  return covariates.filter((name, at) => parts.includes(name) || covariates.indexOf(name) < at)
}

/** Faults of one place once, in the order of the text. */
function sortFaults(faults: readonly ConfigurationFault[]): ConfigurationFault[] {
  const order = new Intl.Collator('en', { numeric: true })
  // What a flag set in several places is told once, and nobody has written the built-in configuration.
  const isByHand = ({ where }: ConfigurationFault) => !where.startsWith(BUILT_IN)
  const told = new Set(faults.filter(isByHand).map(({ message }) => message))
  const shown = faults.filter((fault) => isByHand(fault) || !told.has(fault.message))
  const unique = new Map(shown.map((fault) => [`${fault.where} ${fault.message}`, fault]))
  return [...unique.values()].sort((a, b) => order.compare(a.where, b.where))
}

function buildConfiguration(parsed: ParsedConfiguration, base: string, dataDirBase: string): Configuration {
  const platform = {
    topicPrefix: parsed.topicPrefix,
    log: resolveLog(parsed, resolve(dataDirBase, parsed.log.dataDir), (path) => resolve(base, path)),
    http: parsed.http,
    retention: { ageMs: parsed.retention.age, bytes: parsed.retention.bytes },
  }
  const pipelines = Object.entries(parsed.pipelines).map(([name, pipeline]): PipelineConfiguration => {
    const { cadence, feed } = pipeline
    return {
      name,
      cadenceMs: cadence ?? null,
      feed: feed === undefined ? null : feedSettings(feed, base, pipeline.input.covariates),
      season: pipeline.season ?? null,
      resolve: (found, season) => resolvePipeline(name, pipeline, platform, cadence ?? found, season),
    }
  })
  return deepFreeze({ ...platform, pipelines })
}

function feedSettings(
  feed: NonNullable<ParsedConfiguration['pipelines'][string]['feed']>,
  base: string,
  covariates: readonly string[],
): FeedSettings {
  const source = feed.source.startsWith('demo:') ? feed.source : resolve(base, feed.source)
  return { ...feed, source, covariates }
}
