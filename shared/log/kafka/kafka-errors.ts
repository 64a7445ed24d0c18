import { ForetideError } from '#shared/errors/foretide-error'
import {
  FencedError,
  LogAwayError,
  LogDeniedError,
  LogUnavailableError,
  UnknownTopicError,
} from '../errors.js'
import { MalformedBytesError } from './wire/byte-reader.js'
import { ExpansionError } from './wire/expansion-error.js'

/** An error code in a response to a request of ours. */
export class KafkaCodeError extends Error {
  readonly type: string
  constructor(readonly errorCode: number) {
    super(CODE_NAMES[errorCode] ?? `Kafka's error code ${errorCode}`)
    this.name = 'KafkaCodeError'
    this.type = CODE_NAMES[errorCode] ?? 'UNKNOWN'
  }
}

/** https://kafka.apache.org/protocol#protocol_error_codes, those that our own requests are answered, under kafkajs's names. */
const CODE_NAMES: Readonly<Record<number, string>> = {
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_FOR_PARTITION',
  7: 'REQUEST_TIMED_OUT',
  9: 'REPLICA_NOT_AVAILABLE',
  10: 'MESSAGE_TOO_LARGE',
  13: 'NETWORK_EXCEPTION',
  14: 'GROUP_LOAD_IN_PROGRESS',
  15: 'GROUP_COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR_FOR_GROUP',
  17: 'INVALID_TOPIC_EXCEPTION',
  18: 'RECORD_LIST_TOO_LARGE',
  19: 'NOT_ENOUGH_REPLICAS',
  20: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  31: 'CLUSTER_AUTHORIZATION_FAILED',
  32: 'INVALID_TIMESTAMP',
  45: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
  46: 'DUPLICATE_SEQUENCE_NUMBER',
  47: 'INVALID_PRODUCER_EPOCH',
  48: 'INVALID_TXN_STATE',
  49: 'INVALID_PRODUCER_ID_MAPPING',
  51: 'CONCURRENT_TRANSACTIONS',
  53: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  56: 'KAFKA_STORAGE_ERROR',
  59: 'UNKNOWN_PRODUCER_ID',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  78: 'OFFSET_NOT_AVAILABLE',
  87: 'INVALID_RECORD',
  90: 'PRODUCER_FENCED',
  120: 'TRANSACTION_ABORTABLE',
}

/** The last: epochs were used up since, and the transactional id has gone on under another producer id. */
const FENCED = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED', 'INVALID_PRODUCER_ID_MAPPING']

/** The cluster is on its way somewhere else: ask again, after a look at who leads now. */
const PASSING = [
  ...['LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION', 'REQUEST_TIMED_OUT', 'REPLICA_NOT_AVAILABLE'],
  ...['NETWORK_EXCEPTION', 'NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'KAFKA_STORAGE_ERROR'],
  ...['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH', 'OFFSET_NOT_AVAILABLE', 'CONCURRENT_TRANSACTIONS'],
  ...['GROUP_COORDINATOR_NOT_AVAILABLE', 'NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS'],
]
const PASSING_NAMES = [
  ...['KafkaJSConnectionError', 'KafkaJSConnectionClosedError', 'KafkaJSRequestTimeoutError'],
  ...['KafkaJSBrokerNotFound', 'KafkaJSNumberOfRetriesExceeded', 'KafkaJSLockTimeout'],
  ...['KafkaJSGroupCoordinatorNotFound', 'KafkaJSMetadataNotLoaded', 'KafkaJSClusterNotConnectedError'],
]

const typeOf = (error: unknown): string => (error as { type?: string }).type ?? ''
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Whether the same request may succeed in a moment. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ForetideError || namesCertificate(error)) return false
  const { name, cause } = error as { name?: string; cause?: unknown }
  if (name === 'KafkaJSNumberOfRetriesExceeded' && cause && (isDenied(cause) || namesCertificate(cause)))
    return false
  return (
    PASSING.includes(typeOf(error)) ||
    PASSING_NAMES.includes(name ?? '') ||
    messageOf(error) === 'Closed connection'
  )
}

/** The coordinator is finishing the transaction before: it stays where it is, and nothing has to be asked anew. */
export function isFinishing(error: unknown): boolean {
  return typeOf(error) === 'CONCURRENT_TRANSACTIONS'
}

export function isFenced(error: unknown): boolean {
  return FENCED.includes(typeOf(error)) || messageOf(error) === 'Unknown error code 90'
}

export function isUnknownTopic(error: unknown): boolean {
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION'].includes(typeOf(error))
}

function isDenied(error: unknown): boolean {
  return typeOf(error).endsWith('AUTHORIZATION_FAILED') || namesLogin(error)
}

/** The other side's certificate, or ours, was not accepted: that does not pass. */
function namesCertificate(error: unknown): boolean {
  return (
    (error as { name?: string }).name === 'KafkaJSConnectionError' && /certificate/i.test(messageOf(error))
  )
}

/** What a broker says of our certificate, or of there being none: OpenSSL tells of it as an alert that came in. */
function refusalOfOurs(error: unknown): string | null {
  return namesCertificate(error) ? (/ alert ([a-z ]+)/.exec(messageOf(error))?.[1] ?? null) : null
}

function namesLogin(error: unknown): boolean {
  return (error as { name?: string }).name === 'KafkaJSSASLAuthenticationError' || wantsNoLogin(error)
}

/** What a listener without login says to one. */
function wantsNoLogin(error: unknown): boolean {
  return typeOf(error) === 'ILLEGAL_SASL_STATE'
}

/** What was tried, for the sentence that says why it failed. */
export interface Attempt {
  /** As Kafka's access control names it: Read, Write, Describe, Create, … */
  readonly operation: string
  /** `topic foretide.p.state`, `group g`, `transactional id x` */
  readonly resource: string
  /** Topics that it needs: those that were there are waited for when a broker does not know them. */
  readonly topics?: readonly string[]
}

export function describing(topic: string): Attempt {
  return { operation: 'Describe', resource: `topic ${topic}`, topics: [topic] }
}

/** Any failure as one of this project's errors: who did what to what, and what to do. */
export function kafkaFailure(error: unknown, { operation, resource }: Attempt): ForetideError {
  if (error instanceof ForetideError) return error
  const cause = (error as { cause?: unknown }).cause
  const inner = cause instanceof Error && (isDenied(cause) || namesCertificate(cause)) ? cause : error
  const options = { cause: error }
  if (wantsNoLogin(inner)) {
    return new LogDeniedError(
      'Kafka takes no login at this address; leave log.sasl out, or name a listener that does in log.brokers.',
      options,
    )
  }
  if (namesLogin(inner)) {
    return new LogDeniedError(`Kafka refused the login: ${messageOf(inner)}; check log.sasl.`, options)
  }
  const refusal = refusalOfOurs(inner)
  if (refusal !== null) {
    return new LogDeniedError(
      `Kafka does not take this client's certificate (${refusal}); name one that it trusts in log.tls.cert, and its key in log.tls.key.`,
      options,
    )
  }
  if (namesCertificate(inner)) {
    const text = messageOf(inner).replace(/^Connection error: /, '')
    return new LogDeniedError(
      `Kafka's certificate is not trusted (${text}); name its authority in log.tls.ca.`,
      options,
    )
  }
  if (isDenied(inner)) {
    return new LogDeniedError(
      `Kafka does not allow ${operation} on ${resource}; grant it to this user (docs/guides/kafka.md).`,
      options,
    )
  }
  if (isFenced(error)) {
    return new FencedError(`Another owner has taken ${resource}; nothing was written.`, options)
  }
  if (isUnknownTopic(error)) {
    return new UnknownTopicError(`There is no ${resource}; create it with foretide topics apply.`, options)
  }
  if (typeOf(error) === 'MESSAGE_TOO_LARGE' || typeOf(error) === 'RECORD_LIST_TOO_LARGE') {
    return new LogUnavailableError(
      `A record is larger than ${resource} takes; raise its max.message.bytes.`,
      options,
    )
  }
  if (typeOf(error) === 'INVALID_REPLICATION_FACTOR') {
    return new LogUnavailableError(
      `Kafka could not create ${resource}: there are fewer brokers than copies; set log.replicas to at most their number.`,
      options,
    )
  }
  if (error instanceof ExpansionError || error instanceof MalformedBytesError) {
    return new LogUnavailableError(`${resource} cannot be read on: ${error.message}.`, options)
  }
  const sentence = `Kafka could not ${operation.toLowerCase()} ${resource}: ${messageOf(error)}.`
  return isPassing(error) ? new LogAwayError(sentence, options) : new LogUnavailableError(sentence, options)
}
