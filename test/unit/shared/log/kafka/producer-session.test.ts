import { describe, expect, it } from 'vitest'
import type { KafkaLink } from '#shared/log/kafka/kafka-link'
import { writesByPartition } from '#shared/log/kafka/partition-writes'
import { ProducerSession } from '#shared/log/kafka/producer-session'
import type { LargeExchange } from '#shared/log/kafka/send-parts'

const [PRODUCE, END] = [0, 26]

/** A cluster of one broker that takes everything, and what it was asked. @param lost replies to writes that are lost, the first ones */
function cluster(level: number, lost = 0) {
  const asked: string[] = []
  const batches: Buffer[] = []
  const memory: ArrayBufferLike[] = []
  let epoch = 0
  const note = (name: string) => async () => void asked.push(name)
  const broker = {
    initProducerId: async () => ({ producerId: '7', producerEpoch: epoch }),
    addPartitionsToTxn: note('addPartitions'),
    addOffsetsToTxn: note('addOffsets'),
    txnOffsetCommit: note('commitPosition'),
    endTxn: note('end'),
  }
  const link = {
    persist: async (_attempt: object, _ms: number, work: () => Promise<unknown>) => work().catch(work),
    coordinator: async () => broker,
    leader: async () => broker,
    transactionLevel: async () => level,
    send: async (_broker: object, { request, parts }: LargeExchange<unknown>) => {
      asked.push(`${request.apiName} ${request.apiVersion}`)
      if (request.apiKey === PRODUCE) {
        const batch = parts.find((part) => part.length > 60)!
        // Its memory is written over later.
        batches.push(Buffer.from(batch))
        memory.push(batch.buffer)
        if (lost-- > 0) throw new Error('the reply was lost')
        return [{ topic: 'out', partition: 0, errorCode: 0, baseOffset: 41 }]
      }
      return request.apiKey === END ? { errorCode: 0, producerId: '7', producerEpoch: ++epoch } : 0
    },
  } as unknown as KafkaLink
  // https://kafka.apache.org/documentation/#recordbatch: epoch and first sequence, after the producer id at 43.
  const written = () => batches.map((batch) => [batch.readInt16BE(51), batch.readInt32BE(53)])
  return { link, asked, written, memory }
}

const record = (value: string) => ({
  ...{ partition: 0, key: null, value: Buffer.from(value), headers: [], timestamp: 0 },
})
const writes = writesByPartition([{ topic: 'out', records: [record('a'), record('b')] }])
const position = { group: 'g', topic: 'in', partition: 0, offset: 5 }

describe('a session', () => {
  it('writes batches over those before, but not while an attempt at one may still be on its way', async () => {
    const calm = cluster(2)
    const session = await ProducerSession.open(calm.link, 'tx', 20_000)
    for (let i = 0; i < 3; i++) await session.transact(writes)
    expect(new Set(calm.memory).size).toBe(1)
    const lossy = cluster(2, 1)
    const tried = await ProducerSession.open(lossy.link, 'tx', 20_000)
    for (let i = 0; i < 3; i++) await tried.transact(writes)
    const [first, again, next, last] = lossy.memory
    expect(again).toBe(first)
    expect(next).not.toBe(first)
    expect(last).toBe(next)
  })

  it('writes and ends where writing joins the transaction, each with the next epoch and sequences from 0', async () => {
    const { link, asked, written } = cluster(2)
    const session = await ProducerSession.open(link, 'tx', 20_000)
    expect(await session.transact(writes)).toEqual([41])
    await session.transact(writes, position)
    expect(asked).toEqual([...['Produce 12', 'EndTxn 5'], ...['Produce 12', 'TxnOffsetCommit 5', 'EndTxn 5']])
    expect(written()).toEqual([
      [0, 0],
      [1, 0],
    ])
  })

  it.each([
    ['exactly-once', 1],
    ['at-least-once', 2],
  ] as const)(
    'announces what it writes on every cluster that wants it, and where its producer id must stay: %s on level %i',
    async (guarantee, level) => {
      const { link, asked, written } = cluster(level)
      const session = await ProducerSession.open(link, 'tx', 20_000, guarantee)
      await session.transact(writes, position)
      await session.transact(writes)
      expect(asked).toEqual([
        ...['addPartitions', 'addOffsets', 'Produce 7', 'commitPosition', 'end'],
        ...['addPartitions', 'Produce 7', 'end'],
      ])
      expect(written()).toEqual([
        [0, 0],
        [0, 2],
      ])
    },
  )

  it('calls when nothing is left but the end, and once', async () => {
    const { link, asked } = cluster(2)
    const session = await ProducerSession.open(link, 'tx', 20_000)
    const before: string[][] = []
    await session.transact(writes, undefined, () => before.push([...asked]))
    expect(before).toEqual([['Produce 12']])
  })
})
