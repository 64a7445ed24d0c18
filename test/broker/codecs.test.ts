import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogUnavailableError } from '#shared/log/errors'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { readAll, record, text } from '../contract/log-contract.js'
import { brokers, haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

describe.skipIf(!haveKafka)('compressed batches', () => {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  let log: KafkaLog

  beforeAll(async () => {
    log = openKafkaLog()
    await admin.connect()
  })
  afterAll(async () => {
    await Promise.all([log.close(), admin.disconnect()])
  })

  // The broker itself compresses anew whatever comes in, with the libraries that Java producers use.
  it.each(['gzip', 'snappy', 'lz4', 'zstd'])(
    'that the broker wrote with %s are read as they were',
    async (codec) => {
      const topic = uniqueName(codec)
      const configEntries = [{ name: 'compression.type', value: codec }]
      await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
      // Small, repetitive, incompressible (a linear congruential generator), and more than one block of every codec.
      let seed = 1
      const noise = Buffer.from(
        Array.from({ length: 150_000 }, () => {
          seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
          return seed >>> 24
        }),
      )
      const values = [Buffer.from('short'), Buffer.alloc(300_000, 'over and over '), noise, Buffer.alloc(0)]
      await log.append(
        topic,
        values.map((value) => record('', { value })),
      )
      const read = await readAll(log, topic)
      expect(read.map(({ value }) => Buffer.compare(Buffer.from(value!), values.shift()!))).toEqual([
        0, 0, 0, 0,
      ])
    },
  )

  it('that expand beyond the limit stop the reader with an error that says so', async () => {
    const topic = uniqueName('bomb')
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })
    const sender = kafka.producer()
    await sender.connect()
    await log.append(topic, [record('before')])
    // 65 MB of zeros are 65 KB of gzip: the broker takes it.
    const messages = [{ value: Buffer.alloc(65 * 1024 * 1024) }]
    await sender.send({ topic, compression: CompressionTypes.GZIP, messages })
    await sender.disconnect()
    const seen: (string | null)[] = []
    const reading = async () => {
      for await (const batch of log.read(topic, 0, 0, 2))
        for (const { value } of batch.records) seen.push(text(value))
    }
    await expect(reading()).rejects.toThrow(LogUnavailableError)
    await expect(reading()).rejects.toThrow('more than 64 MB')
  })
})
