import { ForetideError } from '#shared/errors/foretide-error'

/** A source that cannot be opened or read at all. */
export class FeedUnreachableError extends ForetideError {
  readonly code = 'FEED_UNREACHABLE'
  override readonly exitCode = 3
}

/** A source whose content cannot be understood with the options given. */
export class FeedUnreadableError extends ForetideError {
  readonly code = 'FEED_UNREADABLE'
  override readonly exitCode = 2
}
