import { Kafka, logLevel } from 'kafkajs'
import { firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { readAll, record } from '../contract/log-contract.js'
import { brokers, fixedMembership, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const MB = 1024 * 1024
const patterned = (size: number) => Buffer.alloc(size, 'a value that is not all the same. ')

/** Topics with the limit that Kafka has by default: 1 MB with all around it. */
describe.skipIf(!haveKafka)('what is larger than a topic takes at once', () => {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } })
  const admin = kafka.admin()
  let log: KafkaLog

  beforeAll(async () => {
    log = openKafkaLog({ membership: fixedMembership([0]) })
    await admin.connect()
  })
  afterAll(async () => {
    await Promise.all([log.close(), admin.disconnect()])
  })

  const create = async (name: string) => {
    const topic = uniqueName(name)
    // kafkajs's own wait fails where a broker has not heard of the topic yet.
    await admin.createTopics({ waitForLeaders: false, topics: [{ topic, numPartitions: 1 }] })
    await expect.poll(() => log.partitions(topic), { timeout: 20_000 }).toBe(1)
    return topic
  }

  /** Kafka shows a transaction a moment after taking it: all of it, or nothing. */
  const shown = async (topic: string, count: number) => {
    await expect.poll(async () => (await readAll(log, topic)).length, { timeout: 20_000 }).toBe(count)
    return readAll(log, topic)
  }

  it('is one record of 20 MB beside small ones, byte for byte', async () => {
    const topic = await create('large')
    const sizes = [1, 20 * MB, 640 * 1024, 640 * 1024 + 1, MB, 3]
    const written = sizes.map((size) => record('', { value: patterned(size) }))
    await log.append(topic, written)
    const read = await shown(topic, sizes.length)
    expect(read.map(({ value }) => value!.length)).toEqual(sizes)
    expect(read.every(({ value }, i) => Buffer.compare(value!, written[i]!.value!) === 0)).toBe(true)
    expect(new Set(read.map(({ key }) => Buffer.from(key!).toString()))).toEqual(new Set(['k']))
  })

  it('is one commit of 8 MB, which one send of kafkajs is refused', async () => {
    const [input, output] = [await create('input'), await create('output')]
    const records = Array.from({ length: 4_000 }, () => record('', { value: patterned(2_000) }))
    const own = await firstValueFrom(log.ownerships(input, 'g'))
    expect(own.partition).toBe(0)
    const committed = new Promise<void>((resolve, reject) => {
      log.ownerships(input, 'g2').subscribe({
        next: (held) => held.commit([{ topic: output, records }], 1).then(resolve, reject),
        error: reject,
      })
    })
    await committed
    expect(await shown(output, 4_000)).toHaveLength(4_000)

    const producer = kafka.producer()
    await producer.connect()
    const messages = records.map(({ value }) => ({ value: Buffer.from(value!) }))
    await expect(producer.send({ topic: output, messages })).rejects.toThrow(/larger than|too large/i)
    await producer.disconnect()
  })
})
