import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBatch, encodeBatch, sealBatch } from '#shared/log/embedded/stored-batch'
import type { Header, NewRecord } from '#shared/log/port'

// Few names and short values, so that records in a row repeat each other's headers, wholly, in part and in other places.
const header = fc.tuple(
  fc.constantFrom('a', 'b'),
  fc.uint8Array({ maxLength: 2 }),
) satisfies fc.Arbitrary<Header>
const bytes = fc.option(fc.uint8Array({ maxLength: 4 }))
const record = fc.record({
  ...{ partition: fc.constant(0), key: bytes, value: bytes },
  headers: fc.array(header, { maxLength: 4 }),
  timestamp: fc.integer(),
}) satisfies fc.Arbitrary<NewRecord>

const plain = ({ key, value, headers, timestamp }: Omit<NewRecord, 'partition'>) => ({
  key: key && [...key],
  value: value && [...value],
  headers: headers.map(([name, content]) => [name, [...content]]),
  timestamp,
})

describe('a stored batch', () => {
  it('gives back the records that were put in, whatever headers they share', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
        const batch = encodeBatch(records)
        sealBatch(batch, 0)
        const read = decodeBatch(batch, 7, 'here')
        expect(read.map(plain)).toEqual(records.map(plain))
        expect(read.map(({ offset }) => offset)).toEqual(records.map((_, i) => 7 + i))
      }),
    )
  })

  it('keeps the gaps between offsets that compaction leaves', () => {
    const one = { partition: 0, key: null, value: null, headers: [], timestamp: 5 }
    const batch = encodeBatch([one, one, one], [0, 4, 300])
    sealBatch(batch, 0)
    expect(decodeBatch(batch, 10, 'here').map(({ offset }) => offset)).toEqual([10, 14, 310])
  })
})
