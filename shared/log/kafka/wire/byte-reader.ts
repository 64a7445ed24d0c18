/** Bytes ended before what they were to hold, or hold what cannot be. */
export class MalformedBytesError extends Error {
  constructor() {
    super('the bytes from the broker are cut short or corrupt')
    this.name = 'MalformedBytesError'
  }
}

/** Reads Kafka's primitive types. Every read is checked against the end. */
export class ByteReader {
  constructor(
    readonly bytes: Buffer,
    private at = 0,
    private readonly end = bytes.length,
  ) {}

  get remaining(): number {
    return this.end - this.at
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1))
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2))
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4))
  }

  uint32(): number {
    return this.bytes.readUInt32BE(this.#take(4))
  }

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.#take(8))
  }

  /** An int64 that is an offset, a time or a count: a safe integer. */
  number64(): number {
    const at = this.#take(8)
    return this.bytes.readInt32BE(at) * 0x1_0000_0000 + this.bytes.readUInt32BE(at + 4)
  }

  string(): string | null {
    const size = this.int16()
    return size < 0 ? null : this.raw(size).toString('utf8')
  }

  /** Null or text, after a varint of its length plus one. */
  compactString(): string | null {
    const size = this.uvarint() - 1
    return size < 0 ? null : this.raw(size).toString('utf8')
  }

  /** Fields of newer versions, which nobody here knows. */
  skipTags(): void {
    for (let left = this.uvarint(); left > 0; left--) {
      this.uvarint()
      this.raw(this.uvarint())
    }
  }

  /** A view, no copy. */
  raw(size: number): Buffer {
    if (size < 0) throw new MalformedBytesError()
    const at = this.#take(size)
    return this.bytes.subarray(at, at + size)
  }

  /** Zigzag varint or varlong whose value is a safe integer. */
  varint(): number {
    let result = 0
    let scale = 1
    for (let i = 0; i < 10; i++) {
      const byte = this.bytes[this.#take(1)]!
      if (i >= 7) return this.#wideVarint(result, i, byte)
      result += (byte & 0x7f) * scale
      if (byte < 0x80) return result % 2 === 0 ? result / 2 : -(result + 1) / 2
      scale *= 128
    }
    throw new MalformedBytesError()
  }

  /** Varint without sign, of at most 35 bits. */
  uvarint(): number {
    let result = 0
    let scale = 1
    for (let i = 0; i < 5; i++, scale *= 128) {
      const byte = this.bytes[this.#take(1)]!
      result += (byte & 0x7f) * scale
      if (byte < 0x80) return result
    }
    throw new MalformedBytesError()
  }

  varBytes(): Buffer | null {
    const size = this.varint()
    return size < 0 ? null : this.raw(size)
  }

  /** Beyond 49 bits a double no longer holds what was read so far twice over. */
  #wideVarint(low: number, index: number, first: number): number {
    let rest = BigInt(low) | (BigInt(first & 0x7f) << BigInt(7 * index))
    for (let i = index + 1, byte = first; byte >= 0x80; i++) {
      if (i > 9) throw new MalformedBytesError()
      byte = this.bytes[this.#take(1)]!
      rest |= BigInt(byte & 0x7f) << BigInt(7 * i)
    }
    return Number((rest >> 1n) ^ -(rest & 1n))
  }

  #take(size: number): number {
    const at = this.at
    if (at + size > this.end) throw new MalformedBytesError()
    this.at = at + size
    return at
  }
}

/** An answer of an older version, whose header has nothing after its number. */
export function plain(payload: Buffer): ByteReader {
  return new ByteReader(payload)
}

/** An answer of a flexible version, whose header ends with tagged fields. */
export function flexible(payload: Buffer): ByteReader {
  const from = new ByteReader(payload)
  from.skipTags()
  return from
}
