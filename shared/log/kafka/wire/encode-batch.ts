import { crc32c } from '@node-rs/crc32'
import type { NewRecord } from '../../port.js'
import { ByteWriter, varintSize } from './byte-writer.js'

/** Who produces a batch, and where in its sequence the batch stands. */
export interface BatchProducer {
  readonly producerId: bigint
  readonly epoch: number
  readonly sequence: number
  readonly transactional: boolean
}

/** Bytes of a batch before its first record. */
export const BATCH_OVERHEAD = 61
const LENGTH_AT = 8
const CRC_AT = 17
const CRC_FROM = 21
const TRANSACTIONAL = 0x10

/** Upper bound of what a record takes in a batch. */
export function recordSizeMax({ key, value, headers }: NewRecord): number {
  let size = 36 + (key?.length ?? 0) + (value?.length ?? 0)
  for (const [name, bytes] of headers) size += 10 + 3 * name.length + bytes.length
  return size
}

function batchSizeMax(records: readonly NewRecord[]): number {
  return records.reduce((sum, record) => sum + recordSizeMax(record), BATCH_OVERHEAD)
}

/**
 * Records of one partition as one batch, format 2, uncompressed.
 * kafkajs's own encoder keeps headers in an object and so loses their order.
 * https://kafka.apache.org/documentation/#recordbatch
 * @param room memory of at least the size that `recordSizeMax` and `BATCH_OVERHEAD` add up to; what is returned lies in it
 */
export function encodeBatch(
  records: readonly NewRecord[],
  producer: BatchProducer,
  room: Buffer = Buffer.allocUnsafe(batchSizeMax(records)),
): Buffer {
  const firstTimestamp = records[0]!.timestamp
  let maxTimestamp = firstTimestamp
  for (const { timestamp } of records) maxTimestamp = Math.max(maxTimestamp, timestamp)
  const out = new ByteWriter(room)
  out.int64(0).int32(0).int32(-1).int8(2).int32(0)
  out.int16(producer.transactional ? TRANSACTIONAL : 0)
  out.int32(records.length - 1)
  out.int64(firstTimestamp).int64(maxTimestamp)
  out.int64(producer.producerId).int16(producer.epoch).int32(producer.sequence)
  out.int32(records.length)
  records.forEach((record, i) => {
    writeRecord(out, record, record.timestamp - firstTimestamp, i)
  })
  out.patchInt32(LENGTH_AT, out.length - LENGTH_AT - 4)
  out.patchInt32(CRC_AT, crc32c(out.bytes.subarray(CRC_FROM)))
  return out.bytes
}

function writeRecord(out: ByteWriter, record: NewRecord, timestampDelta: number, offsetDelta: number): void {
  const { key, value, headers } = record
  let size = 1 + varintSize(timestampDelta) + varintSize(offsetDelta) + sizeOf(key) + sizeOf(value)
  size += varintSize(headers.length)
  for (const [name, bytes] of headers) size += sizeOf(nameBytes(name)) + sizeOf(bytes)
  out.varint(size).int8(0).varint(timestampDelta).varint(offsetDelta)
  out.varBytes(key).varBytes(value).varint(headers.length)
  for (const [name, bytes] of headers) out.varBytes(nameBytes(name)).varBytes(bytes)
}

function sizeOf(bytes: Uint8Array | null): number {
  return bytes === null ? 1 : varintSize(bytes.length) + bytes.length
}

/** The few names that headers have are the same in every record. Dead letters carry a stranger's names: those are not kept for ever. */
const names = new Map<string, Buffer>()
const NAMES_MAX = 256

function nameBytes(name: string): Buffer {
  const known = names.get(name)
  if (known !== undefined) return known
  const bytes = Buffer.from(name, 'utf8')
  if (names.size >= NAMES_MAX) names.clear()
  names.set(name, bytes)
  return bytes
}
