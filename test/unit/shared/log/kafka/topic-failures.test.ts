import { describe, expect, it } from 'vitest'
import { LogAwayError, LogDeniedError } from '#shared/log/errors'
import { KafkaCodeError } from '#shared/log/kafka/kafka-errors'
import { TopicFailures } from '#shared/log/kafka/topic-failures'

// https://kafka.apache.org/protocol#protocol_error_codes
const [TOPIC_AUTHORIZATION_FAILED, LEADER_NOT_AVAILABLE, INVALID_TIMESTAMP] = [29, 5, 32]
const denied = new KafkaCodeError(TOPIC_AUTHORIZATION_FAILED)

describe('failures for single topics', () => {
  it('are told at once, those of a kind in one sentence, with what became of the others', () => {
    const failures = new TopicFailures()
    failures.add('Create', 'a', denied)
    failures.add('AlterConfigs', 'b', denied)
    failures.add('Create', 'c', denied)
    failures.add('Create', 'd', new KafkaCodeError(INVALID_TIMESTAMP))
    const thrown = expect(() => failures.throwAny('2 topics created.'))
    thrown.toThrow(LogDeniedError)
    thrown.toThrow(
      /^Kafka does not allow Create on topics a, c; grant .* Kafka does not allow AlterConfigs on topic b; grant .* Kafka could not create topic d: INVALID_TIMESTAMP\. 2 topics created\.$/,
    )
    expect(['a', 'b', 'e'].map((topic) => failures.has(topic))).toEqual([true, true, false])
  })

  it('are none where nothing failed', () => {
    expect(() => new TopicFailures().throwAny('2 topics created.')).not.toThrow()
  })

  it('end the work where brokers are away: the others would fail by that too', () => {
    const away = () => new TopicFailures().add('Create', 'a', new KafkaCodeError(LEADER_NOT_AVAILABLE))
    expect(away).toThrow(LogAwayError)
  })
})
