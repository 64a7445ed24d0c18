import { expect, test } from 'vitest'
import { Appender } from '#shared/log/kafka/appender'
import type { KafkaLink } from '#shared/log/kafka/kafka-link'

test('what is not awaited is refused beyond 64 MB, and taken again when Kafka is done with the rest', async () => {
  const link = {
    persist: async () => {
      throw new Error('Kafka has it')
    },
  } as unknown as KafkaLink
  const appender = new Appender(link, 'id', 20_000)
  const value = Buffer.alloc(40 * 2 ** 20)
  const append = async () =>
    appender.append('t', [{ partition: 0, key: null, value, headers: [], timestamp: 0 }])
  const first = expect(append()).rejects.toThrow('Kafka has it')
  await expect(append()).rejects.toThrow('Kafka takes records more slowly than they come')
  await first
  await appender.drained()
  await expect(append()).rejects.toThrow('Kafka has it')
})
