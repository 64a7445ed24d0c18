import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BATCH_BYTES_MAX, writesByPartition } from '#shared/log/kafka/partition-writes'
import { encodeBatch } from '#shared/log/kafka/wire/encode-batch'
import type { NewRecord } from '#shared/log/port'

const producer = { producerId: 7n, epoch: 1, sequence: 0, transactional: true }
const record = (partition: number, name: string, bytes = 0): NewRecord => ({
  ...{ partition, key: Buffer.from(name), value: Buffer.alloc(bytes), headers: [], timestamp: 1_000 },
})
const names = (records: readonly NewRecord[]) => records.map(({ key }) => Buffer.from(key!).toString())

describe('what a commit writes', () => {
  it('is gathered by topic and partition, each in the order of the writes', () => {
    const writes = writesByPartition([
      { topic: 'a', records: [record(0, 'a1'), record(1, 'a2'), record(0, 'a3')] },
      { topic: 'b', records: [record(0, 'b1')] },
      { topic: 'a', records: [record(1, 'a4'), record(0, 'a5')] },
      { topic: 'c', records: [] },
    ])
    expect(
      writes.map(({ topic, partition, groups }) => [topic, partition, groups.map((it) => names(it.records))]),
    ).toEqual([
      ['a', 0, [['a1', 'a3', 'a5']]],
      ['a', 1, [['a2', 'a4']]],
      ['b', 0, [['b1']]],
    ])
  })

  it('goes in batches that are no larger than said, and below what brokers take', () => {
    const sizes = fc.array(fc.oneof(fc.nat(3_000), fc.nat(640 * 1024)), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(sizes, (values) => {
        const [write] = writesByPartition([
          { topic: 'a', records: values.map((size, i) => record(0, `${i}`, size)) },
        ])
        for (const { records, sizeMax } of write!.groups) {
          const room = Buffer.alloc(sizeMax)
          const batch = encodeBatch(records, producer, room)
          expect(batch.length).toBeLessThanOrEqual(sizeMax)
          expect(batch.buffer).toBe(room.buffer)
          expect(sizeMax).toBeLessThanOrEqual(BATCH_BYTES_MAX)
        }
        expect(write!.groups.flatMap(({ records }) => names(records))).toEqual(values.map((_, i) => `${i}`))
      }),
      { numRuns: 30 },
    )
  })

  it('has a record that is too large for a batch in chunks, between its neighbours', () => {
    const records = [record(0, 'before'), record(0, 'large', 1_500_000), record(0, 'after')]
    const [write] = writesByPartition([{ topic: 'a', records }])
    const written = write!.groups.flatMap((group) => group.records)
    // 1,500,000 bytes are three chunks of at most 640 KB; the last one has the record's own key.
    expect(names(written)).toEqual(['before', 'large\0chunk 0', 'large\0chunk 1', 'large', 'after'])
  })
})
