import { Kafka, logLevel } from 'kafkajs'
import { describe } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { KafkaLink } from '#shared/log/kafka/kafka-link'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { createKafka } from '#shared/log/kafka/kafkajs-client'
import { describeLog, record } from '../contract/log-contract.js'
import { brokers, fixedMembership, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'
import { RenamedLog } from './renamed-log.js'

describe.skipIf(!haveKafka).each(['exactly-once', 'at-least-once'] as const)(
  'a real broker, %s',
  (guarantee) => {
    describeLog(
      'kafka',
      async () => {
        const prefix = uniqueName('contract')
        const opened: KafkaLog[] = []
        const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
        await admin.connect()
        const link = new KafkaLink(createKafka({ brokers, clientId: 'foretide-test' }), systemClock)
        const shown = async (topic: string) => {
          for (let partition = 0; partition < (await link.partitions(topic)); partition++) {
            const { end } = await link.bounds(topic, partition, 0)
            while ((await link.bounds(topic, partition)).end < end) await systemClock.sleep(5)
          }
        }
        const open = (over: Parameters<typeof openKafkaLog>[0] = {}) => {
          const log = openKafkaLog({ guarantee, ...over })
          opened.push(log)
          return new RenamedLog(log, prefix, shown)
        }
        return {
          log: open(),
          fence: async () => open({ membership: fixedMembership([0, 1]) }),
          // Topics take batches of 8 MB, and a key goes whole.
          unstorable: () => record('', { key: Buffer.alloc(9 * 1024 * 1024) }),
          deleteBefore: async (offset) => {
            // kafkajs forgets to ask who leads the topic unless something else has.
            await admin.fetchTopicOffsets(`${prefix}.in`)
            await admin.deleteTopicRecords({
              topic: `${prefix}.in`,
              partitions: [{ partition: 0, offset: String(offset) }],
            })
          },
          cleanUp: async () => {
            for (const log of opened) await log.close()
            await Promise.all([link.close(), admin.disconnect()])
          },
        }
      },
      { ...{ exclusive: false, contiguous: false }, guarantee, fencesAll: guarantee === 'exactly-once' },
    )
  },
)
