import { ForetideError } from '#shared/errors/foretide-error'

/** A protocol that the source or the horizon cannot meet. */
export class ProtocolError extends ForetideError {
  readonly code = 'PROTOCOL_IMPOSSIBLE'
  override readonly exitCode = 2
}
