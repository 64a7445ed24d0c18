import { describe, expect, it } from 'vitest'
import { isPassing, kafkaFailure } from '#shared/log/kafka/kafka-errors'

const attempt = { operation: 'Describe', resource: 'the cluster' }

/** As kafkajs raises what a broker answers with an error code, and what it gave up after. */
const answered = (type: string, message: string) => Object.assign(new Error(message), { type })
const givenUp = (cause: Error) =>
  Object.assign(new Error(cause.message, { cause }), { name: 'KafkaJSNumberOfRetriesExceeded' })

describe('a failure of Kafka', () => {
  const noLogin = answered('ILLEGAL_SASL_STATE', 'Request is not valid given the current SASL state')

  it.each([
    ['at once', noLogin],
    ['after attempts', givenUp(noLogin)],
  ])('says, %s, what to do where a listener takes no login, and does not pass', (_, error) => {
    expect(kafkaFailure(error, attempt)).toMatchObject({
      code: 'LOG_DENIED',
      exitCode: 3,
      message: expect.stringMatching(/takes no login at this address; leave log\.sasl out/),
    })
    expect(isPassing(error)).toBe(false)
  })

  it('of a leader that moves passes, also after attempts', () => {
    const moved = answered('NOT_LEADER_FOR_PARTITION', 'This server is not the leader')
    expect(isPassing(moved)).toBe(true)
    expect(isPassing(givenUp(moved))).toBe(true)
    expect(kafkaFailure(moved, attempt)).toMatchObject({ code: 'LOG_AWAY' })
  })
})
