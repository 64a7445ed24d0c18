import { ForetideError } from '#shared/errors/foretide-error'

/** What was computed with a weights version cannot be computed again: the version is no longer kept. */
export class WeightsForgottenError extends ForetideError {
  readonly code = 'WEIGHTS_FORGOTTEN'
  override readonly exitCode = 2
}
