import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Guarantee, Ownership } from '#shared/log/port'
import { record } from '../contract/log-contract.js'
import { brokers, fixedMembership, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

describe.skipIf(!haveKafka)('the group, as tools that show lag ask for it', () => {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  beforeAll(() => admin.connect())
  afterAll(() => admin.disconnect())

  it.each<Guarantee>(['exactly-once', 'at-least-once'])(
    'is told the last position of a backlog, though nothing comes after it, %s',
    async (guarantee) => {
      const [input, output] = [uniqueName('in'), uniqueName('out')]
      const log = openKafkaLog({ guarantee, membership: fixedMembership([0]) })
      try {
        await log.createTopics([input, output].map((topic) => ({ topic, partitions: 1, cleanup: 'delete' })))
        const held = await new Promise<Ownership>((resolve, reject) => {
          log.ownerships(input, 'g').subscribe({ next: resolve, error: reject })
        })
        const commit = (position: number) =>
          held.commit([{ topic: output, records: [record('x')] }], position)
        for (const position of [1, 2, 3]) await commit(position)
        const { groups } = await admin.listGroups()
        const groupId = groups.map((group) => group.groupId).find((id) => id.endsWith(`.${input}`))!
        const told = async () =>
          (await admin.fetchOffsets({ groupId, topics: [input] }))[0]!.partitions[0]!.offset
        await expect.poll(told, { timeout: 10_000 }).toBe('3')
      } finally {
        await log.close()
      }
    },
  )
})
