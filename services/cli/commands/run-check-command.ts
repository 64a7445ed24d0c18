import { stringify } from 'yaml'
import { kafkaConnection } from '#shared/composition/open-log'
import type { Configuration } from '#shared/configuration/configuration'
import { ConfigurationError } from '#shared/configuration/configuration-error'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import type { CommandContext } from '../command-context.js'
import { UsageError } from '../usage-error.js'

export interface CheckFlags {
  /** Another way to name the file. */
  readonly config?: string
  readonly json?: boolean
}

/** Faults are what this command looks for, so they are a finding (1) here and no error. */
export function runCheckCommand(
  file: string | undefined,
  flags: CheckFlags,
  { terminal, env }: CommandContext,
): number {
  if (file !== undefined && flags.config !== undefined) {
    throw new UsageError(`one configuration at a time: ${file} or --config ${flags.config}`)
  }
  let configuration: Configuration
  try {
    const named = file ?? flags.config ?? env.FORETIDE_CONFIG
    configuration = loadConfiguration({ file: named, flags: {}, env })
    // What is named beside the file is looked at too: a worker would not start without it.
    if (configuration.log.kind === 'kafka') kafkaConnection(configuration.log)
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const { faults, message } = error
    terminal.out.write(flags.json ? `${JSON.stringify({ ok: false, faults })}\n` : `${message}\n`)
    return 1
  }
  const resolved = describeConfiguration(configuration)
  if (flags.json) terminal.out.write(`${JSON.stringify({ ok: true, configuration: resolved })}\n`)
  else terminal.out.write(`${stringify(resolved)}\n# no faults\n`)
  return 0
}

/** Everything that holds, with no default left open and no secret shown. */
function describeConfiguration({ topicPrefix, log, http, retention, pipelines }: Configuration): unknown {
  return {
    topicPrefix,
    log: log.kind === 'kafka' && log.sasl ? { ...log, sasl: { ...log.sasl, password: '(set)' } } : log,
    http: { ...http, ...(http.token === undefined ? {} : { token: '(set)' }) },
    retention,
    pipelines: Object.fromEntries(
      pipelines.map((pipeline) => {
        const feed = pipeline.feed ? { feed: pipeline.feed } : {}
        if (pipeline.cadenceMs !== null)
          return [pipeline.name, { ...pipeline.resolve(pipeline.cadenceMs), ...feed }]
        // What follows from the cadence is known only when the feed has been opened.
        const { cadenceMs: _, season: __, gapMax: ___, ttlMs: ____, ...settings } = pipeline.resolve(1)
        return [pipeline.name, { ...settings, cadence: 'as found in the feed', ...feed }]
      }),
    ),
  }
}
