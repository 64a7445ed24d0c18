import { Kafka, logLevel } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#shared/clock/system-clock'
import { brokers, haveKafka, uniqueName } from './open-kafka-log.js'
import { Worker } from './worker.js'

describe.skipIf(!haveKafka)('a worker for whom there is no partition', () => {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  const workers: Worker[] = []
  beforeAll(() => admin.connect())
  afterEach(async () => {
    for (const worker of workers.splice(0)) if (worker.running) await worker.kill()
  })
  afterAll(() => admin.disconnect())

  it('ends when it is asked to, though it has waited for one since its start', async () => {
    const input = uniqueName('lone')
    const configuration = {
      topicPrefix: uniqueName('spare'),
      log: { kind: 'kafka', brokers },
      pipelines: { p: { cadence: '1h', horizon: 3, input: { topic: input, partitions: 1 } } },
    }
    const start = () => {
      const worker = new Worker(configuration)
      workers.push(worker)
      return worker
    }
    const members = async () => {
      const { groups } = await admin.listGroups()
      const found = groups.filter(({ groupId }) => groupId.endsWith(`.${input}`)).map((one) => one.groupId)
      if (found.length === 0) return 0
      const described = await admin.describeGroups(found)
      return described.groups.reduce((sum, group) => sum + group.members.length, 0)
    }
    const owner = start()
    await expect.poll(() => owner.output, { timeout: 30_000 }).toContain('"started"')
    const spare = start()
    await expect.poll(members, { timeout: 30_000 }).toBe(2)
    expect(spare.output).not.toContain('"started"')
    const late = systemClock.sleep(10_000).then(() => 'late')
    expect(await Promise.race([spare.stop(), late])).toBe(0)
    expect(await owner.stop()).toBe(0)
  })
})
