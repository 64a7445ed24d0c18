import type { Configuration } from '#shared/configuration/configuration'
import { ConfigurationError } from '#shared/configuration/configuration-error'
import type { Finding } from './finding.js'

/** Loads the configuration; the rest of the examination needs it, and goes without where it has faults. */
export function checkConfiguration(
  name: string,
  load: () => Configuration,
): { readonly finding: Finding; readonly configuration: Configuration | null } {
  const check = 'configuration'
  try {
    const configuration = load()
    const names = configuration.pipelines.map((pipeline) => pipeline.name)
    const message = `${name}, ${names.length === 1 ? 'pipeline' : 'pipelines'} ${names.join(', ')}`
    return { finding: { check, status: 'ok', message, details: { pipelines: names } }, configuration }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error
    const { faults } = error
    const first = faults[0]!
    const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : ''
    const finding: Finding = {
      ...{ check, status: 'fail', message: `${first.where}: ${first.message}${more}`, details: { faults } },
      advice: 'foretide check lists every fault with its place',
    }
    return { finding, configuration: null }
  }
}
