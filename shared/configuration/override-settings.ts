import type { ConfigurationFault } from './configuration-error.js'
import type { Environment } from './environment.js'
import { nearestName } from './nearest-name.js'

/** Settings given on the command line, which stand above everything else. Text is read as in the file. */
export interface ConfigurationFlags {
  readonly host?: string
  readonly port?: string | number
  readonly dataDir?: string
  /** false: leave out the demo's pipelines, or the demo's feeds of a file. */
  readonly demo?: boolean
  /** false: no pipeline learns. */
  readonly learn?: boolean
  /** Speed of every feed. */
  readonly speed?: string | number
  /** Of every pipeline. */
  readonly cadence?: string
  readonly horizon?: string | number
  readonly preset?: string
  readonly cell?: string
  readonly layers?: string | number
  readonly hidden?: string | number
  readonly engine?: string
  /** A list, or text with commas between. */
  readonly covariates?: string | readonly string[]
  /** Pipelines, in the shape of the file, in place of the demo's or the file's. */
  readonly pipelines?: Readonly<Record<string, unknown>>
}

interface Override {
  readonly path: readonly string[]
  readonly value: unknown
  readonly origin: string
}

/** Environment variables that set something; names follow the path of the setting. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  FORETIDE_TOPIC_PREFIX: ['topicPrefix'],
  FORETIDE_LOG_KIND: ['log', 'kind'],
  FORETIDE_LOG_DATA_DIR: ['log', 'dataDir'],
  FORETIDE_KAFKA_BROKERS: ['log', 'brokers'],
  FORETIDE_KAFKA_USERNAME: ['log', 'sasl', 'username'],
  FORETIDE_KAFKA_PASSWORD: ['log', 'sasl', 'password'],
  FORETIDE_HTTP_HOST: ['http', 'host'],
  FORETIDE_HTTP_PORT: ['http', 'port'],
  FORETIDE_HTTP_TOKEN: ['http', 'token'],
  FORETIDE_RETENTION_AGE: ['retention', 'age'],
  FORETIDE_RETENTION_BYTES: ['retention', 'bytes'],
}

/** Variables of ours that name no setting. */
const OTHER_VARIABLES = ['FORETIDE_CONFIG', 'FORETIDE_KAFKA_CACHE', 'FORETIDE_KAFKA_VERSION']

/** Names such as FORETIDE_SERVICE_HOST come from Kubernetes and mean nothing here, so only a near miss is a fault. */
export function findMisspelled(env: Environment): ConfigurationFault[] {
  const known = [...Object.keys(VARIABLES), ...OTHER_VARIABLES]
  return Object.keys(env)
    .filter((name) => name.startsWith('FORETIDE_') && !known.includes(name))
    .flatMap((name) => {
      const nearest = nearestName(
        name.slice(9),
        known.map((k) => k.slice(9)),
      )
      const near = nearest !== null && Math.abs(nearest.length - (name.length - 9)) <= 2
      if (!near) return []
      return [{ where: name, message: `unknown environment variable; did you mean \`FORETIDE_${nearest}\`?` }]
    })
}

function environmentOverrides(env: Environment): Override[] {
  return Object.entries(VARIABLES).flatMap(([name, path]) => {
    const value = env[name]
    return value === undefined || value === '' ? [] : [{ path, value, origin: name }]
  })
}

function flagOverrides(flags: ConfigurationFlags, content: Record<string, unknown>): Override[] {
  const found: Override[] = []
  const set = (value: unknown, origin: string, ...path: string[]) => {
    if (value !== undefined) found.push({ path, value, origin })
  }
  set(flags.host, '--host', 'http', 'host')
  set(flags.port, '--port', 'http', 'port')
  set(flags.dataDir, '--data-dir', 'log', 'dataDir')
  const pipelines = isRecord(content.pipelines) ? content.pipelines : {}
  for (const [name, pipeline] of Object.entries(pipelines)) {
    if (!isRecord(pipeline)) continue
    set(flags.cadence, '--cadence', 'pipelines', name, 'cadence')
    set(flags.horizon, '--horizon', 'pipelines', name, 'horizon')
    set(flags.preset, '--preset', 'pipelines', name, 'model', 'preset')
    set(flags.cell, '--cell', 'pipelines', name, 'model', 'cell')
    set(flags.layers, '--layers', 'pipelines', name, 'model', 'layers')
    set(flags.hidden, '--hidden', 'pipelines', name, 'model', 'hidden')
    set(flags.covariates, '--covariates', 'pipelines', name, 'input', 'covariates')
    set(flags.engine, '--engine', 'pipelines', name, 'learn', 'engine')
    if (flags.learn === false) set(false, '--no-learn', 'pipelines', name, 'learn', 'enabled')
    if (isRecord(pipeline.feed)) set(flags.speed, '--speed', 'pipelines', name, 'feed', 'speed')
  }
  return found
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Copy of `tree` with `value` at `path`; a part in the way that is no map is left for the check to find. */
function withValue(tree: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value
  if (tree !== undefined && tree !== null && !isRecord(tree)) return tree
  return { ...tree, [step]: withValue(tree?.[step], rest, value) }
}

/** A login that the environment holds for other commands means nothing to an embedded log. `VARIABLES` has the kind before the login. */
function takesLogin(content: unknown): boolean {
  const log = isRecord(content) && isRecord(content.log) ? content.log : {}
  return log.kind === 'kafka' || log.sasl !== undefined
}

/**
 * Put environment and flags over a file's content.
 * @returns the merged content, and which flag or variable set what (by path joined with dots)
 */
export function overrideSettings(
  content: unknown,
  env: Environment,
  flags: ConfigurationFlags,
): { content: unknown; origins: ReadonlyMap<string, string> } {
  const origins = new Map<string, string>()
  let merged = content
  if (flags.pipelines) merged = withValue(merged, ['pipelines'], flags.pipelines)
  const overrides = [...environmentOverrides(env), ...flagOverrides(flags, isRecord(merged) ? merged : {})]
  for (const { path, value, origin } of overrides) {
    if (path[1] === 'sasl' && !takesLogin(merged)) continue
    merged = withValue(merged, path, value)
    origins.set(path.join('.'), origin)
  }
  return { content: merged, origins }
}
