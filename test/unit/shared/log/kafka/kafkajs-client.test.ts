import { describe, expect, it } from 'vitest'
import { createCluster, createKafka } from '#shared/log/kafka/kafkajs-client'

const nothing = () => undefined
const quiet = { debug: nothing, error: nothing, info: nothing }

/** A broker of kafkajs's whose connections only note what is asked. */
function noting() {
  const asked: Buffer[] = []
  const kafka = createKafka({ brokers: ['127.0.0.1:1'], clientId: 'a client' })
  const broker = createCluster(kafka).brokerPool.createBroker({
    logger: { namespace: () => quiet },
    connectionPool: {
      getConnectionByRequest: async () => ({
        clientId: 'a client',
        socket: { write: (bytes: Buffer) => asked.push(bytes) },
        failIfNotConnected: nothing,
        nextCorrelationId: () => 1,
        requestQueue: {
          push: ({ sendRequest, entry }: { sendRequest(): void; entry: { reject(error: Error): void } }) => {
            sendRequest()
            entry.reject(new Error('noted'))
          },
        },
      }),
    },
  })
  return { broker, asked }
}

describe('a cluster of our own', () => {
  it('asks who the brokers are, and for none of the topics that are not named', async () => {
    const { broker, asked } = noting()
    await expect(broker.metadata([])).rejects.toThrow('noted')
    // Size, key 3 of version 12, number, client, tags; an array of none (null would be all); neither creation nor operations; tags.
    const client = Buffer.from('a client').toString('hex')
    expect(asked.map((bytes) => bytes.toString('hex'))).toEqual([
      `00000017 0003 000c 00000001 0008 ${client} 00 01 00 00 00`.replaceAll(' ', ''),
    ])
  })

  it('leaves topics that are named to kafkajs, which has not asked for versions yet', async () => {
    const { broker, asked } = noting()
    await expect(broker.metadata(['input'])).rejects.toThrow('Broker not connected')
    expect(asked).toEqual([])
  })
})
