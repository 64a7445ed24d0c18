import { describeLog } from '#shared/composition/open-log'
import { loadConfiguration } from '#shared/configuration/load-configuration'
import { createStructuredLog } from '#shared/telemetry/structured-log'
import type { CommandContext } from '../command-context.js'
import { packageVersion } from '../package-version.js'
import type { Service } from '../platform/service.js'
import { startPlatform } from '../platform/start-platform.js'
import { StatusLine } from '../terminal/status-line.js'
import { UsageError } from '../usage-error.js'
import { waitAndStop } from './wait-and-stop.js'

export interface RunFlags {
  readonly config?: string
  readonly dataDir?: string
  readonly host?: string
  readonly port?: string
  readonly json?: boolean
}

/** Run one service of every pipeline in a process of its own, until it is told to stop. */
export async function runServiceCommand(
  service: Exclude<Service, 'feeder'>,
  flags: RunFlags,
  context: CommandContext,
): Promise<number> {
  const { terminal, env, clock } = context
  const { host, port, dataDir } = flags
  const file = flags.config ?? env.FORETIDE_CONFIG
  const configuration = loadConfiguration({ file, flags: { host, port, dataDir }, env })
  if (service === 'trainer' && !configuration.pipelines.some(({ resolve }) => resolve(1).learn)) {
    throw new UsageError(
      'no pipeline learns: learn.enabled is false in all of them, so there is nothing to run',
    )
  }
  const status = new StatusLine(terminal.out)
  const write = (lines: string) => status.write(lines)
  const json = flags.json === true
  const notes = createStructuredLog({ clock, write, json, colour: terminal.colour })
  const version = packageVersion()
  if (!json) write(`Foretide ${version}, ${service}; its log: ${describeLog(configuration.log)}\n`)
  const platform = await startPlatform({
    ...{ configuration, clock, notes, version, services: new Set([service]), stop: context.stop },
    onFeedProgress: () => {},
    onFeedEnd: () => {},
  })
  const names = platform.plans.map(({ settings }) => settings.name).join(', ')
  if (json) notes.info('started', { url: platform.url, service })
  else write(`  ${service} of ${names}\n  ${describeAddress(service, platform.url)}\n  Ctrl-C stops it.\n`)
  return waitAndStop(platform, context, status, notes)
}

function describeAddress(service: Service, url: string): string {
  return service === 'gateway' ? `live page ${url}/` : `health and metrics ${url}/readyz ${url}/metrics`
}
