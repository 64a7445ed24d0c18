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

describe('a read of a partition of Kafka that failed', () => {
  it('is a read again when it is asked for again, not the old failure', async () => {
    const record = { partition: 0, key: null, value: Buffer.from('x'), headers: [], timestamp: 0 }
    const set = encodeBatch([record], { producerId: 1n, epoch: 0, sequence: 0, transactional: false })
    const answers = [
      async () => Promise.reject(new Error('not to be read')),
      async () => ({ errorCode: 0, lastStable: 1, start: 0, aborted: [], set }),
    ]
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
    const held = await HeldKafkaPartition.take({
      ...{ link, topic: 'in', partition: 0, kafkaGroup: 'g.in', transactionalId: 'g-in-0' },
      ...{ transactionMs: 20_000, guarantee: 'exactly-once', onLost: () => undefined },
      clock: { now: () => 0, sleep: async () => undefined },
    })
    await expect(held.next(0)).rejects.toThrow(LogUnavailableError)
    const { records } = await held.next(0)
    expect(records.map(({ value }) => value?.toString())).toEqual(['x'])
  })
})
