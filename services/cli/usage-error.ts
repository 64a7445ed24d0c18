import { ForetideError } from '#shared/errors/foretide-error'

/** The command line asks for something that makes no sense. */
export class UsageError extends ForetideError {
  readonly code = 'USAGE'
  override readonly exitCode = 2
}
