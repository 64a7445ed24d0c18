/** Names of the headers that a dead letter adds to those of the refused record, Kafka Connect's own where it has one. */
export const DEAD_LETTER_HEADERS = {
  topic: '__connect.errors.topic',
  partition: '__connect.errors.partition',
  offset: '__connect.errors.offset',
  stage: '__connect.errors.stage',
  /** The sentence that says why it was refused. */
  message: '__connect.errors.exception.message',
  /** One of `FAULT_REASONS`. */
  reason: 'foretide_reason',
  /** Empty where the record tells none. */
  series: 'foretide_series',
} as const
