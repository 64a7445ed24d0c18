import { ForetideError } from '#shared/errors/foretide-error'

/** A topic that was never created. */
export class UnknownTopicError extends ForetideError {
  readonly code = 'UNKNOWN_TOPIC'
}

/** A topic that exists with another partition count or cleanup policy than asked for. */
export class TopicMismatchError extends ForetideError {
  readonly code = 'TOPIC_MISMATCH'
}

/** Another living process owns this consumer group. */
export class GroupTakenError extends ForetideError {
  readonly code = 'GROUP_TAKEN'
}

/** A write by an owner whose partition has since been taken by another. Nothing was written. */
export class FencedError extends ForetideError {
  readonly code = 'FENCED'
}

/** The partition was lost or released while waiting for records. */
export class OwnershipLostError extends ForetideError {
  readonly code = 'OWNERSHIP_LOST'
}

/** The position lies outside what the partition still holds: records were deleted before they were read. */
export class RetentionGapError extends ForetideError {
  readonly code = 'RETENTION_GAP'

  /**
   * What stops a reader at `position` in a partition whose first kept record is `start`: records that it has not read; or, where it
   * has read all that is gone, those that it has to read again from `from` on.
   */
  static at(
    topic: string,
    partition: number,
    { from, position, start }: { readonly from: number; readonly position: number; readonly start: number },
  ): RetentionGapError {
    const missing = position < start ? position : from
    const why =
      position < start
        ? 'were deleted before they were read'
        : 'were read and then deleted, before the states that follow from them were saved'
    return new RetentionGapError(
      `Records ${missing} to ${start - 1} of partition ${partition} of topic ${topic} ${why}. ` +
        'Raise the retention of the topic; to go on without them, start with another topicPrefix, which begins afresh.',
    )
  }
}

/** The topic was deleted and made anew under the same name, or has lost records: positions in it mean others now. */
export class TopicRecreatedError extends ForetideError {
  readonly code = 'TOPIC_RECREATED'
}

/** The log cannot be reached, opened or written. */
export class LogUnavailableError extends ForetideError {
  readonly code: string = 'LOG_UNAVAILABLE'
  override readonly exitCode = 3
}

/** The log cannot be reached now; the same may succeed later, without anybody doing anything here. */
export class LogAwayError extends LogUnavailableError {
  override readonly code = 'LOG_AWAY'
}

/** The log does not let this user do that. The message names the resource and the operation. */
export class LogDeniedError extends ForetideError {
  readonly code = 'LOG_DENIED'
  override readonly exitCode = 3
}
