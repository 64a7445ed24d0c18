import { ForetideError } from '#shared/errors/foretide-error'

/** One thing that is wrong: where it stands (file:line:column, a flag or an environment variable) and what it is. */
export interface ConfigurationFault {
  readonly where: string
  readonly message: string
}

/** A configuration that cannot be used. Its message lists every fault that was found. */
export class ConfigurationError extends ForetideError {
  readonly code = 'CONFIGURATION'
  override readonly exitCode = 2
  readonly faults: readonly ConfigurationFault[]

  constructor(faults: readonly ConfigurationFault[]) {
    const lines = faults.map(({ where, message }) => `${where}: ${message}`)
    super(
      lines.length === 1
        ? lines[0]!
        : `${lines.length} faults in the configuration:\n  ${lines.join('\n  ')}`,
    )
    this.faults = faults
  }
}
