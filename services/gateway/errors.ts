import { ForetideError } from '#shared/errors/foretide-error'

/** The address is in use, or may not be listened on. */
export class AddressUnavailableError extends ForetideError {
  readonly code = 'ADDRESS_UNAVAILABLE'
  override readonly exitCode = 2
}

/** Asked to listen beyond this machine without a token that keeps strangers out. */
export class TokenRequiredError extends ForetideError {
  readonly code = 'TOKEN_REQUIRED'
  override readonly exitCode = 2
}
