import { describe, expect, it } from 'vitest'
import { LogAwayError } from '#shared/log/errors'
import { FirstContact } from '#shared/log/kafka/first-contact'

describe('an address that takes connections and answers nothing', () => {
  // As kafkajs 2.2.4 puts it: of who was asked first, and of who was asked on.
  it.each(['Broker not connected', 'Request Metadata(key: 3, version: 12) timed out'])(
    'is named: %s',
    (text) => {
      const failure = new FirstContact(false, ['a:1', 'b:2']).failure(new Error(text))
      expect(failure).toBeInstanceOf(LogAwayError)
      expect(failure.message).toBe(
        'Kafka cannot be reached: who listens at a:1, b:2 takes connections and answers nothing; check log.brokers, and that a broker answers there.',
      )
    },
  )
})
