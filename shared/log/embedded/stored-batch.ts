import { crc32 } from 'node:zlib'
import { LogUnavailableError } from '../errors.js'
import type { Header, LogRecord, NewRecord, Offset } from '../port.js'

/*
 * A stored batch, little-endian:
 *   0 u32 magic · 4 u32 CRC-32 of all that follows · 8 f64 bytes written to the partition before it
 *   16 f64 greatest timestamp · 24 u32 records · 28 u32 last offset − base offset
 *   then the header names (each once: varint length, UTF-8; varint count before them), then per record:
 *   varint offset − base · f64 timestamp · varint key length + 1 (0: null) · key · varint value length + 1 · value
 *   · varint headers · per header varint index of its name, varint length, bytes
 * The base offset is in the entry's key.
 */
const MAGIC = 0x31425446
const HEAD_BYTES = 32
const VARINT_BYTES_MAX = 8

export interface BatchHead {
  readonly bytesBefore: number
  readonly timestampMax: number
  readonly count: number
  /** Last offset minus base offset. */
  readonly lastDelta: number
}

/** What a batch holds of a record, beside its place. */
type BatchedRecord = Pick<NewRecord, 'key' | 'value' | 'headers' | 'timestamp'>

/**
 * The batch as bytes of its own, not yet sealed.
 * @param records in offset order, at least one
 * @param deltas how far each lies from the batch's base offset; one after another where it is left out
 */
export function encodeBatch(records: readonly BatchedRecord[], deltas?: readonly number[]): Buffer {
  const names = new Map<string, number>()
  let size = HEAD_BYTES + VARINT_BYTES_MAX
  for (const { key, value, headers } of records) {
    size += 8 + 4 * VARINT_BYTES_MAX + (key?.length ?? 0) + (value?.length ?? 0)
    for (const [name, bytes] of headers) {
      size += 2 * VARINT_BYTES_MAX + bytes.length
      if (!names.has(name)) {
        names.set(name, names.size)
        size += VARINT_BYTES_MAX + Buffer.byteLength(name)
      }
    }
  }
  const into = new Writer(Buffer.allocUnsafeSlow(size), HEAD_BYTES)
  into.varint(names.size)
  for (const name of names.keys()) into.bytes(Buffer.from(name))
  let timestampMax = Number.NEGATIVE_INFINITY
  for (let i = 0; i < records.length; i++) {
    const { key, value, headers, timestamp } = records[i]!
    if (timestamp > timestampMax) timestampMax = timestamp
    into.varint(deltas ? deltas[i]! : i)
    into.double(timestamp)
    into.nullable(key)
    into.nullable(value)
    into.varint(headers.length)
    for (const [name, bytes] of headers) {
      into.varint(names.get(name)!)
      into.bytes(bytes)
    }
  }
  const batch = into.buffer.subarray(0, into.at)
  batch.writeUInt32LE(MAGIC, 0)
  batch.writeDoubleLE(timestampMax, 16)
  batch.writeUInt32LE(records.length, 24)
  batch.writeUInt32LE(deltas ? deltas[records.length - 1]! : records.length - 1, 28)
  return batch
}

/** Note what was written before it, and close it with the checksum. May be done again. */
export function sealBatch(batch: Buffer, bytesBefore: number): void {
  batch.writeDoubleLE(bytesBefore, 8)
  batch.writeUInt32LE(crc32(batch.subarray(8)), 4)
}

export function readHead(batch: Buffer): BatchHead {
  return {
    bytesBefore: batch.readDoubleLE(8),
    timestampMax: batch.readDoubleLE(16),
    count: batch.readUInt32LE(24),
    lastDelta: batch.readUInt32LE(28),
  }
}

/**
 * The records of a stored batch; keys, values and headers are views of `batch`. Records in a row repeat most of
 * their headers, and share what is the same: made for each of them they were most of what the garbage collector moves.
 * @param place for the error: which topic and partition this is
 * @throws LogUnavailableError when the bytes are not those that were written
 */
export function decodeBatch(batch: Buffer, base: Offset, place: string): LogRecord[] {
  if (
    batch.length < HEAD_BYTES ||
    batch.readUInt32LE(0) !== MAGIC ||
    batch.readUInt32LE(4) !== crc32(batch.subarray(8))
  ) {
    throw new LogUnavailableError(
      `The batch at offset ${base} of ${place} is damaged (its checksum does not match); restore the log's folder from a backup.`,
    )
  }
  const from = new Reader(batch, HEAD_BYTES)
  const names = Array.from({ length: from.varint() }, () => from.bytes().toString())
  const { count } = readHead(batch)
  const records: LogRecord[] = new Array(count)
  /** By place among a record's headers. */
  const last: Header[] = []
  for (let i = 0; i < count; i++) {
    const offset = base + from.varint()
    const timestamp = from.double()
    const key = from.nullable()
    const value = from.nullable()
    const headers: Header[] = new Array(from.varint())
    for (let h = 0; h < headers.length; h++) {
      const name = names[from.varint()]!
      const length = from.varint()
      const before = last[h]
      const same = before !== undefined && before[0] === name && from.isNext(before[1], length)
      headers[h] = same ? before : [name, from.take(length)]
      if (same) from.skip(length)
      else last[h] = headers[h]!
    }
    records[i] = { offset, key, value, headers, timestamp }
  }
  return records
}

class Writer {
  constructor(
    readonly buffer: Buffer,
    public at: number,
  ) {}

  varint(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.buffer[this.at++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    this.buffer[this.at++] = rest
  }

  double(value: number): void {
    this.at = this.buffer.writeDoubleLE(value, this.at)
  }

  bytes(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }

  nullable(bytes: Uint8Array | null): void {
    this.varint(bytes === null ? 0 : bytes.length + 1)
    if (bytes === null) return
    this.buffer.set(bytes, this.at)
    this.at += bytes.length
  }
}

class Reader {
  constructor(
    readonly buffer: Buffer,
    public at: number,
  ) {}

  varint(): number {
    let value = 0
    let unit = 1
    for (;;) {
      const byte = this.buffer[this.at++]!
      value += (byte & 0x7f) * unit
      if (byte < 0x80) return value
      unit *= 0x80
    }
  }

  double(): number {
    const value = this.buffer.readDoubleLE(this.at)
    this.at += 8
    return value
  }

  bytes(): Buffer {
    return this.take(this.varint())
  }

  nullable(): Buffer | null {
    const length = this.varint()
    return length === 0 ? null : this.take(length - 1)
  }

  skip(length: number): void {
    this.at += length
  }

  /** Whether these bytes, so many, come next. */
  isNext(bytes: Uint8Array, length: number): boolean {
    if (bytes.length !== length) return false
    const { buffer, at } = this
    for (let i = 0; i < length; i++) if (buffer[at + i] !== bytes[i]) return false
    return true
  }

  take(length: number): Buffer {
    this.at += length
    return this.buffer.subarray(this.at - length, this.at)
  }
}
