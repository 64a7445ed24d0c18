import { ForetideError } from '#shared/errors/foretide-error'

/** A snapshot that was dropped while it was read. */
export class SnapshotLostError extends ForetideError {
  readonly code = 'SNAPSHOT_LOST'
}
