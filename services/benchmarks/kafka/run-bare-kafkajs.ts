import { Kafka, logLevel, type Message, type Producer } from 'kafkajs'
import type { LogRecord, Write } from '#shared/log/port'
import type { MoverTask } from './contestant.js'
import type { OutputTape } from './output-tape.js'

/** As fast a turn as kafkajs is let: its default waits 300 ms where a transaction is still ending. */
const RETRY = { initialRetryTime: 20, retries: 20 }

/**
 * The yardstick: kafkajs as its documents say, consumer and transactional producers, one for each partition. It moves the same
 * bytes in the same transactions, the position of the group included.
 */
export async function runBareKafkajs(
  { brokers, input, topics, prefix, batchMax }: MoverTask,
  tape: OutputTape,
  partitions: number,
): Promise<void> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.NOTHING })
  const producers = new Map<number, Promise<Producer>>()
  const producerOf = (partition: number) => {
    const found = producers.get(partition) ?? connectProducer(kafka, `${prefix}-${partition}`)
    producers.set(partition, found)
    return found
  }
  const consumer = kafka.consumer({ groupId: prefix, retry: RETRY, maxWaitTimeInMs: 500 })
  await consumer.connect()
  await consumer.subscribe({ topic: input, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    partitionsConsumedConcurrently: partitions,
    eachBatch: async ({ batch, heartbeat, resolveOffset }) => {
      const { partition, messages } = batch
      const producer = await producerOf(partition)
      for (let at = 0; at < messages.length; at += batchMax) {
        const some = messages.slice(at, at + batchMax)
        const records = some.map(
          ({ offset, key, value, timestamp }): LogRecord => ({
            ...{ offset: Number(offset), key, value, headers: [], timestamp: Number(timestamp) },
          }),
        )
        const next = String(records.at(-1)!.offset + 1)
        const transaction = await producer.transaction()
        await transaction.sendBatch({
          acks: -1,
          topicMessages: tape.play(topics, partition, records).map(toTopicMessages),
        })
        await transaction.sendOffsets({
          consumerGroupId: prefix,
          topics: [{ topic: input, partitions: [{ partition, offset: next }] }],
        })
        await transaction.commit()
        resolveOffset(some.at(-1)!.offset)
        await heartbeat()
      }
    },
  })
  await new Promise(() => undefined)
}

async function connectProducer(kafka: Kafka, transactionalId: string): Promise<Producer> {
  const producer = kafka.producer({
    ...{ transactionalId, idempotent: true, maxInFlightRequests: 1, retry: RETRY },
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  return producer
}

function toTopicMessages({ topic, records }: Write): { topic: string; messages: Message[] } {
  const messages = records.map(({ key, value, headers, partition, timestamp }) => ({
    key: key && Buffer.from(key.buffer, key.byteOffset, key.byteLength),
    value: value && Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    headers: Object.fromEntries(headers.map(([name, bytes]) => [name, bytes as Buffer])),
    partition,
    timestamp: String(timestamp),
  }))
  return { topic, messages }
}
