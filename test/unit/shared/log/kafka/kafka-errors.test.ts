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

  it.each([
    // The first as Node 20 told it of Kafka 4.1.1; certificate_required is alert 116 by RFC 8446, 6.
    ['bad certificate', '0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate', 42],
    ['certificate required', '0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required', 116],
  ])('says what to do where a broker answers our certificate with %s', (said, text, number) => {
    const message = `Connection error: 805C67E8187F0000:error:${text}:../deps/openssl/openssl/ssl/record/rec_layer_s3.c:1601:SSL alert number ${number}\n`
    const error = Object.assign(new Error(message), { name: 'KafkaJSConnectionError' })
    expect(kafkaFailure(error, attempt)).toMatchObject({
      code: 'LOG_DENIED',
      message: `Kafka does not take this client's certificate (${said}); name one that it trusts in log.tls.cert, and its key in log.tls.key.`,
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
