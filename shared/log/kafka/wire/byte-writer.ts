const COPIED_BY_HAND = 32

/** Writes Kafka's primitive types (big endian, zigzag varints) into a buffer that grows: room is made first, then written to. */
export class ByteWriter {
  #buffer: Buffer
  #at = 0

  /** @param room how many bytes at first, or the memory to write into */
  constructor(room: number | Buffer = 512) {
    this.#buffer = typeof room === 'number' ? Buffer.allocUnsafe(room) : room
  }

  get length(): number {
    return this.#at
  }

  /** What was written; valid until the next write. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  int8(value: number): this {
    const at = this.#take(1)
    this.#buffer.writeInt8(value, at)
    return this
  }

  int16(value: number): this {
    const at = this.#take(2)
    this.#buffer.writeInt16BE(value, at)
    return this
  }

  int32(value: number): this {
    const at = this.#take(4)
    this.#buffer.writeInt32BE(value, at)
    return this
  }

  int64(value: bigint | number): this {
    const at = this.#take(8)
    this.#buffer.writeBigInt64BE(BigInt(value), at)
    return this
  }

  /** Write over an int32 that stands at `at`. */
  patchInt32(at: number, value: number): void {
    this.#buffer.writeInt32BE(value | 0, at)
  }

  /** Nullable string with a 16-bit length. */
  string(value: string | null): this {
    if (value === null) return this.int16(-1)
    const size = Buffer.byteLength(value)
    this.int16(size)
    const at = this.#take(size)
    this.#buffer.write(value, at, 'utf8')
    return this
  }

  /** Not null, with a varint of its length plus one. */
  compactString(value: string): this {
    const bytes = Buffer.from(value, 'utf8')
    return this.uvarint(bytes.length + 1).raw(bytes)
  }

  /** No tagged fields. They end what a flexible version holds, and its header, which kafkajs and `sendParts` write without. */
  noTags(): this {
    return this.#byte(0)
  }

  raw(bytes: Uint8Array): this {
    const { length } = bytes
    const at = this.#take(length)
    const to = this.#buffer
    // A call into the runtime costs as much as some dozen bytes.
    if (length > COPIED_BY_HAND) to.set(bytes, at)
    else for (let i = 0; i < length; i++) to[at + i] = bytes[i]!
    return this
  }

  /** Without sign, below 2^32. */
  uvarint(value: number): this {
    let rest = value
    for (; rest > 0x7f; rest >>>= 7) this.#byte((rest & 0x7f) | 0x80)
    return this.#byte(rest)
  }

  varint(value: number): this {
    if (value >= -0x40000000 && value < 0x40000000) {
      return this.uvarint(((value << 1) ^ (value >> 31)) >>> 0)
    }
    const wide = BigInt(value)
    let rest = BigInt.asUintN(64, (wide << 1n) ^ (wide >> 63n))
    for (; rest > 0x7fn; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80)
    this.#byte(Number(rest))
    return this
  }

  /** Bytes after a varint length; -1 for null. */
  varBytes(bytes: Uint8Array | null): this {
    if (bytes === null) return this.varint(-1)
    return this.varint(bytes.length).raw(bytes)
  }

  #byte(value: number): this {
    const at = this.#take(1)
    this.#buffer[at] = value
    return this
  }

  #take(size: number): number {
    const at = this.#at
    if (at + size > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(2 * this.#buffer.length, at + size))
      this.#buffer.copy(larger, 0, 0, at)
      this.#buffer = larger
    }
    this.#at = at + size
    return at
  }
}

/** Bytes that `varint(value)` takes. */
export function varintSize(value: number): number {
  if (value >= -0x40 && value < 0x40) return 1
  if (value >= -0x2000 && value < 0x2000) return 2
  let size = 1
  for (let rest = value < 0 ? -2 * value - 1 : 2 * value; rest > 0x7f; rest = Math.floor(rest / 128)) size++
  return size
}
