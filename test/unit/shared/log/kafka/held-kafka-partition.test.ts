import { describe, expect, it } from 'vitest'
import { FencedError, LogAwayError, LogUnavailableError } from '#shared/log/errors'
import { HeldKafkaPartition } from '#shared/log/kafka/held-kafka-partition'
import type { KafkaLink } from '#shared/log/kafka/kafka-link'
import { encodeBatch } from '#shared/log/kafka/wire/encode-batch'

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a partition of Kafka that is lost while it is being settled after a failed commit', () => {
  it('does not open its transactional id again, which would fence whoever has it now', async () => {
    const asked: string[] = []
    let answer: (() => void) | null = null
    let answers = true
    const link = {
      persist: async ({ operation, resource }: { operation: string; resource: string }) => {
        asked.push(`${operation} ${resource}`)
        if (resource === 'topic out' && operation === 'Write') throw new LogAwayError('away')
        if (!answers) {
          await new Promise<void>((resolve) => {
            answer = resolve
          })
        }
        return { producerId: '1', producerEpoch: 0 }
      },
      transactionLevel: async () => 2,
      committed: async () => null,
      bounds: async () => ({ start: 0, end: 0 }),
      close: async () => undefined,
    } as unknown as KafkaLink
    const held = await HeldKafkaPartition.take({
      ...{ link, topic: 'in', partition: 0, kafkaGroup: 'g.in', transactionalId: 'g-in-0' },
      ...{ transactionMs: 20_000, guarantee: 'exactly-once', onLost: () => undefined },
      clock: { now: () => 0, sleep: async () => undefined },
    })
    const record = { partition: 0, key: null, value: Buffer.from('x'), headers: [], timestamp: 0 }
    await expect(held.commit([{ topic: 'out', records: [record] }], 1)).rejects.toThrow('away')

    asked.length = 0
    answers = false
    const failure = held.settle('state').catch((error: unknown) => error)
    await turn()
    expect(asked).toEqual(['Describe topic state'])
    held.lose(false)
    answers = true
    answer!()
    expect(await failure).toBeInstanceOf(FencedError)
    expect(asked).toEqual(['Describe topic state'])
  })
})

const record = { partition: 0, key: null, value: Buffer.from('x'), headers: [], timestamp: 0 }
const answer = (at: number, lastStable: number) => {
  const set = encodeBatch([record], { producerId: 1n, epoch: 0, sequence: 0, transactional: false })
  set.writeBigInt64BE(BigInt(at))
  return { errorCode: 0, lastStable, start: 0, aborted: [], set }
}

/** Ours, with these answers to its fetches, and a clock that only sleeping moves. */
async function holding(answers: (() => Promise<unknown>)[]) {
  const slept: number[] = []
  let nowMs = 1_000_000
  const link = {
    persist: async () => ({ producerId: '1', producerEpoch: 0 }),
    transactionLevel: async () => 2,
    committed: async () => null,
    leader: async () => ({}),
    topicId: () => 'id',
    knows: () => true,
    within: async <T>(_: number, work: Promise<T>) => work,
    send: () => answers.shift()!(),
  } as unknown as KafkaLink
  const sleep = async (ms: number) => {
    slept.push(ms)
    nowMs += ms
  }
  const held = await HeldKafkaPartition.take({
    ...{ link, topic: 'in', partition: 0, kafkaGroup: 'g.in', transactionalId: 'g-in-0' },
    ...{ transactionMs: 20_000, guarantee: 'exactly-once', onLost: () => undefined },
    clock: { now: () => nowMs, sleep },
  })
  return { held, slept }
}

describe('a read of a partition of Kafka that failed', () => {
  it('is a read again when it is asked for again, not the old failure', async () => {
    const { held } = await holding([
      async () => Promise.reject(new Error('not to be read')),
      async () => answer(0, 1),
    ])
    await expect(held.next(0)).rejects.toThrow(LogUnavailableError)
    const { records } = await held.next(0)
    expect(records.map(({ value }) => value?.toString())).toEqual(['x'])
  })
})

describe('a partition of Kafka that is read again and again', () => {
  it('is fetched at once while more is waiting, and once in 40 ms when all has been read', async () => {
    const { held, slept } = await holding([
      async () => answer(0, 3),
      async () => answer(1, 3),
      async () => answer(2, 3),
      async () => answer(3, 4),
    ])
    for (const offset of [0, 1, 2]) expect((await held.next(offset)).endOffset).toBe(3)
    expect(slept).toEqual([])
    expect((await held.next(3)).endOffset).toBe(4)
    expect(slept).toEqual([40])
  })
})
