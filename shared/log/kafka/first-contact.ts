import type { ForetideError } from '#shared/errors/foretide-error'
import { LogAwayError } from '../errors.js'
import { type Attempt, kafkaFailure } from './kafka-errors.js'
import { namesStranger } from './unmask-strangers.js'

/** By then it was tried several times: a broker that is shut down or started meanwhile refuses connections, or answers. */
const HUNG_UP_MS = 2_000

/**
 * How far the brokers have let a log in. A listener that expects a login or another TLS setting than ours hangs up without a word: on who was
 * never answered, that is what the configuration has to mend, and on others it is an outage.
 */
export class FirstContact {
  #greeted = false
  #answered = false

  /**
   * @param logsIn the connection has a login
   * @param brokers that the configuration names
   */
  constructor(
    private readonly logsIn: boolean,
    private readonly brokers: readonly string[],
  ) {}

  /** A broker has said which requests it takes, as it says to strangers too. */
  greeted(): void {
    this.#greeted = true
  }

  /** A broker has answered a question. */
  answered(): void {
    this.#answered = true
  }

  /** What to say of attempts that ended with `error` and took `ms`; null where it may pass. */
  refusal(error: unknown, ms: number): ForetideError | null {
    if (this.#answered || ms < HUNG_UP_MS) return null
    return isHangUp(error) || namesStranger(error) ? this.failure(error) : null
  }

  /** Why an attempt has failed for good. */
  failureOf(attempt: Attempt, error: unknown): ForetideError {
    return this.#answered ? kafkaFailure(error, attempt) : this.failure(error)
  }

  /** Why there is no first answer: what matters is the address and how it is spoken to, not what it was wanted for. */
  failure(error: unknown): ForetideError {
    if (isSilence(error)) {
      return new LogAwayError(
        `Kafka cannot be reached: who listens at ${this.brokers.join(', ')} takes connections and answers nothing; check log.brokers, and that a broker answers there.`,
        { cause: error },
      )
    }
    const failure = kafkaFailure(error, { operation: 'Describe', resource: 'the cluster' })
    if (!(failure instanceof LogAwayError)) return failure
    const options = { cause: error }
    const stranger = isHangUp(error) && this.#greeted
    if (stranger && !this.logsIn) {
      return new LogAwayError(
        'Kafka closes the connection at the first question, as a listener does that wants a login: set log.sasl, ' +
          'or name a listener without logins in log.brokers.',
        options,
      )
    }
    const why = (error as Error).message.replace(/^Connection error: /, '')
    if (namesStranger(error)) {
      return new LogAwayError(
        `Kafka cannot be reached: ${why}; name the address of a broker's listener in log.brokers.`,
        options,
      )
    }
    const what =
      isHangUp(error) && !stranger ? 'log.tls (does this listener speak it?) and log.brokers' : 'log.brokers'
    return new LogAwayError(
      `Kafka cannot be reached: ${why}; check ${what}, and that a broker answers there.`,
      options,
    )
  }
}

/** It took the connection, and then ended it: a broker that is not there takes none. */
function isHangUp(error: unknown): boolean {
  return /TLS|SSL|Closed connection/.test((error as Error).message)
}

/** It took the connection, and no word came: kafkajs then holds a connection of which it does not know what may be asked. */
function isSilence(error: unknown): boolean {
  return /^Broker not connected$|^Request .* timed out$/.test((error as Error).message)
}
