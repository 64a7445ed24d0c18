import { crc32c } from '@node-rs/crc32'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ByteReader, MalformedBytesError } from '#shared/log/kafka/wire/byte-reader'
import { ByteWriter, varintSize } from '#shared/log/kafka/wire/byte-writer'
import { decodeBatches } from '#shared/log/kafka/wire/decode-batches'
import { encodeBatch, recordSizeMax } from '#shared/log/kafka/wire/encode-batch'
import type { NewRecord } from '#shared/log/port'

const producer = { producerId: 7n, epoch: 1, sequence: 0, transactional: false }
const bytes = (text: string) => new TextEncoder().encode(text)
const record = (value: string, over: Partial<NewRecord> = {}): NewRecord => ({
  ...{ partition: 0, key: bytes('k'), value: bytes(value), headers: [], timestamp: 1_000 },
  ...over,
})

/** A batch that stands at `offset`, as a broker stores it: only the base offset changes, which no checksum covers. */
function stored(offset: number, batch: Buffer): Buffer {
  const copy = Buffer.from(batch)
  copy.writeBigInt64BE(BigInt(offset), 0)
  return copy
}

/** The end of a transaction: one record whose key is version 0 and type 0 (abort) or 1 (commit), Kafka's ControlRecordType. */
function marker(offset: number, kind: 0 | 1): Buffer {
  const control = record('', { key: Buffer.from([0, 0, 0, kind]), value: Buffer.from([0, 0, 0, 0, 0, 0]) })
  const batch = stored(offset, encodeBatch([control], { ...producer, transactional: true }))
  batch.writeInt16BE(0x30, 21)
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17)
  return batch
}

describe('the checksum of a batch', () => {
  it('is CRC-32C, bit by bit as defined, of all that follows it', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (values) => {
        const batch = encodeBatch(
          values.map((value) => record(value)),
          producer,
        )
        // RFC 3720 § 12.1: the polynomial 0x1EDC6F41, here from its other end.
        let crc = 0xffffffff
        for (const byte of batch.subarray(21)) {
          crc ^= byte
          for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1
        }
        expect(batch.readUInt32BE(17)).toBe((crc ^ 0xffffffff) >>> 0)
      }),
    )
  })
})

describe('variable-length integers', () => {
  it('are zigzag as in protocol buffers', () => {
    // https://protobuf.dev/programming-guides/encoding/#signed-ints: 0, -1, 1, -2 become 0, 1, 2, 3; 150 becomes 300.
    const written = [0, -1, 1, -2, 150].map((value) => [...new ByteWriter().varint(value).bytes])
    expect(written).toEqual([[0], [1], [2], [3], [0xac, 0x02]])
  })

  it('come back, and take as many bytes as foretold', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        const out = new ByteWriter(1).varint(value)
        expect(new ByteReader(Buffer.from(out.bytes)).varint()).toBe(value)
        expect(out.length).toBe(varintSize(value))
      }),
    )
  })
})

describe('a writer', () => {
  it('keeps what it is given when it has to grow', () => {
    const out = new ByteWriter(1)
    out
      .int8(1)
      .int16(2)
      .int32(3)
      .int64(4n)
      .string('é')
      .raw(bytes('raw'))
      .varBytes(bytes('var'))
      .varBytes(null)
    const read = new ByteReader(Buffer.from(out.bytes))
    expect([read.int8(), read.int16(), read.int32(), read.int64(), read.string()]).toEqual([1, 2, 3, 4n, 'é'])
    expect(read.raw(3).toString()).toBe('raw')
    expect(read.varBytes()?.toString()).toBe('var')
    expect(read.varBytes()).toBe(null)
    expect(() => read.int8()).toThrow(MalformedBytesError)
  })
})

describe('record batches', () => {
  it('come back as they were, and are no larger than foretold', () => {
    const some = fc.uint8Array({ maxLength: 30 })
    const someRecord = fc.record({
      partition: fc.constant(0),
      key: fc.option(some),
      value: fc.option(some),
      headers: fc.array(fc.tuple(fc.string({ unit: 'binary', maxLength: 5 }), some), { maxLength: 3 }),
      timestamp: fc.integer({ min: -(2 ** 52), max: 2 ** 52 }),
    })
    fc.assert(
      fc.property(fc.array(someRecord, { minLength: 1, maxLength: 8 }), (records) => {
        const batch = encodeBatch(records, producer)
        expect(batch.length).toBeLessThanOrEqual(
          61 + records.reduce((sum, one) => sum + recordSizeMax(one), 0),
        )
        const read = decodeBatches(batch, 0).records
        const plain = (one: Omit<NewRecord, 'partition'>) => [
          one.key && [...one.key],
          one.value && [...one.value],
          one.headers.map(([name, value]) => [name, [...value]]),
          one.timestamp,
        ]
        expect(read.map(plain)).toEqual(
          records.map((one) =>
            plain({ ...one, headers: one.headers.map(([n, v]) => [Buffer.from(n).toString(), v] as const) }),
          ),
        )
        expect(read.map(({ offset }) => offset)).toEqual(records.map((_, i) => i))
      }),
    )
  })

  it('are refused when a bit has changed', () => {
    const batch = encodeBatch([record('value')], producer)
    batch[batch.length - 2]! ^= 1
    expect(() => decodeBatches(batch, 0)).toThrow(MalformedBytesError)
  })

  it('that are cut off are left for the next fetch', () => {
    const whole = encodeBatch([record('a')], producer)
    const cut = stored(1, encodeBatch([record('b')], producer)).subarray(0, 40)
    const { records, next } = decodeBatches(Buffer.concat([whole, cut]), 0)
    expect(records).toHaveLength(1)
    expect(next).toBe(1)
  })

  it('of an aborted transaction are not seen, and those after it are', () => {
    const mine = { ...producer, transactional: true }
    const set = Buffer.concat([
      stored(0, encodeBatch([record('aborted')], mine)),
      marker(1, 0),
      stored(2, encodeBatch([record('committed')], mine)),
      marker(3, 1),
    ])
    const { records, next } = decodeBatches(set, 0, [{ producerId: 7n, firstOffset: 0 }])
    expect(records.map(({ value }) => Buffer.from(value!).toString())).toEqual(['committed'])
    expect(next).toBe(4)
  })

  it('of nothing but a marker move the reader on', () => {
    expect(decodeBatches(marker(5, 1), 5)).toEqual({ records: [], next: 6 })
  })

  it('whose last records were compacted away reach as far as they did', () => {
    const batch = encodeBatch([record('a'), record('b'), record('c')], producer)
    // As the log cleaner leaves it: one record fewer, the last offset as before.
    const shorter = encodeBatch([record('a'), record('b')], producer)
    shorter.writeInt32BE(batch.readInt32BE(23), 23)
    shorter.writeUInt32BE(crc32c(shorter.subarray(21)), 17)
    const { records, next } = decodeBatches(shorter, 0)
    expect(records).toHaveLength(2)
    expect(next).toBe(3)
  })

  it('are seen from the offset asked for, though the broker sends the whole batch', () => {
    const batch = encodeBatch([record('a'), record('b'), record('c')], producer)
    expect(decodeBatches(stored(10, batch), 11).records.map(({ offset }) => offset)).toEqual([11, 12])
  })
})
