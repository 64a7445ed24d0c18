import { crc32c } from '@node-rs/crc32'
import type { Header, LogRecord, Offset } from '../../port.js'
import { ByteReader, MalformedBytesError } from './byte-reader.js'
import { type Codec, decompress } from './decompress.js'

/** A transaction whose records are not to be seen. */
export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: Offset
}

export interface DecodedBatches {
  readonly records: LogRecord[]
  /** Offset to fetch from next: past what was read, though all of it may have been markers, aborted or compacted away. */
  readonly next: Offset
}

const HEADER = 12
const CODEC_MASK = 0x07
const LOG_APPEND_TIME = 0x08
const TRANSACTIONAL = 0x10
const CONTROL = 0x20
const ABORT = 0

/**
 * The committed records of a fetched record set at or after `from`.
 *
 * What kafkajs's decoder loses is kept: the order of headers, and how far a batch reaches when its last records were
 * compacted away or it holds nothing but a marker. A batch cut off at the end of the set is left for the next fetch.
 * @throws MalformedBytesError when a batch's checksum does not fit
 * @throws ExpansionError when compressed records expand beyond the limit
 */
export function decodeBatches(
  set: Buffer,
  from: Offset,
  abortedTransactions: readonly AbortedTransaction[] = [],
): DecodedBatches {
  const records: LogRecord[] = []
  const waiting = [...abortedTransactions].sort((a, b) => a.firstOffset - b.firstOffset)
  const aborted = new Set<bigint>()
  let next = from
  let at = 0
  while (set.length - at >= HEADER) {
    const length = set.readInt32BE(at + 8)
    if (length < 0 || at + HEADER + length > set.length) break
    const batch = new ByteReader(set, at, at + HEADER + length)
    const baseOffset = batch.number64()
    batch.int32()
    batch.int32()
    const magic = batch.int8()
    // Formats 0 and 1 are gone from Kafka 4, and 3 converts nothing that 0.11 or newer wrote.
    if (magic !== 2) throw new MalformedBytesError()
    const crc = batch.uint32()
    if (crc32c(set.subarray(at + 21, at + HEADER + length)) !== crc) throw new MalformedBytesError()
    const attributes = batch.int16()
    const lastOffset = baseOffset + batch.int32()
    const firstTimestamp = batch.number64()
    const maxTimestamp = batch.number64()
    const producerId = batch.int64()
    batch.int16()
    batch.int32()
    const count = batch.int32()
    at += HEADER + length
    next = Math.max(next, lastOffset + 1)

    while (waiting.length > 0 && waiting[0]!.firstOffset <= lastOffset)
      aborted.add(waiting.shift()!.producerId)
    if (attributes & CONTROL) {
      if (count > 0 && markerKind(batch) === ABORT) aborted.delete(producerId)
      continue
    }
    if (attributes & TRANSACTIONAL && aborted.has(producerId)) continue
    const codec = (attributes & CODEC_MASK) as Codec
    const plain = codec === 0 ? batch : new ByteReader(decompress(codec, batch.raw(batch.remaining)))
    const appendTime = attributes & LOG_APPEND_TIME ? maxTimestamp : null
    for (let i = 0; i < count; i++) {
      const record = readRecord(plain, baseOffset, firstTimestamp, appendTime)
      if (record.offset >= from) records.push(record)
    }
  }
  return { records, next }
}

function readRecord(
  from: ByteReader,
  baseOffset: Offset,
  firstTimestamp: number,
  appendTime: number | null,
): LogRecord {
  from.varint()
  from.int8()
  const timestamp = appendTime ?? firstTimestamp + from.varint()
  if (appendTime !== null) from.varint()
  const offset = baseOffset + from.varint()
  const key = from.varBytes()
  const value = from.varBytes()
  const count = from.varint()
  const headers: Header[] = []
  for (let i = 0; i < count; i++) {
    const name = from.varBytes()
    if (name === null) throw new MalformedBytesError()
    headers.push([name.toString('utf8'), from.varBytes() ?? new Uint8Array()])
  }
  return { offset, key, value, headers, timestamp }
}

/** 0 abort, 1 commit: the second half of a marker's key. */
function markerKind(batch: ByteReader): number {
  batch.varint()
  batch.int8()
  batch.varint()
  batch.varint()
  const key = batch.varBytes()
  return key === null || key.length < 4 ? -1 : key.readInt16BE(2)
}
