import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Codec, decompress } from '#shared/log/kafka/wire/decompress'
import { ExpansionError } from '#shared/log/kafka/wire/expansion-error'

const MAX = 1000
const bytes = (...parts: (readonly number[] | Buffer)[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part)))
const le = (value: number, size: number) => {
  const out = Buffer.alloc(size)
  out.writeUIntLE(value, 0, size)
  return out
}
const be32 = (value: number) => {
  const out = Buffer.alloc(4)
  out.writeUInt32BE(value)
  return out
}
const plain = (size: number) => Buffer.alloc(size, 7)

// Streams by hand, from the formats' documents: google/snappy format_description.txt, lz4_Frame_format.md, RFC 8878.

/** One literal of 256 to 65,536 bytes. */
const snappy = (size: number) =>
  bytes([(size & 0x7f) | 0x80, size >> 7], [61 << 2], le(size - 1, 2), plain(size))
const snappyStream = (...sizes: number[]) =>
  bytes(
    [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0],
    be32(1),
    be32(1),
    ...sizes.flatMap((size) => [be32(snappy(size).length), snappy(size)]),
  )
const lz4Frame = (...blocks: Buffer[]) =>
  bytes([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82], ...blocks, le(0, 4))
/** A block that is not compressed. */
const lz4Stored = (size: number) => bytes(le(size + 0x8000_0000, 4), plain(size))
/** A byte, and a match of it over and over; then the five literals with which a block ends. */
const lz4Run = (size: number) => {
  const more = size - 1 - 5 - 4 - 15
  const lengths = [...Array<number>(Math.floor(more / 255)).fill(255), more % 255]
  const block = bytes([0x1f, 7, 1, 0], lengths, [0x50], plain(5))
  return bytes(le(block.length, 4), block)
}
const ZSTD = [0x28, 0xb5, 0x2f, 0xfd]
/** One raw block, with the size in the frame's header. */
const zstdSized = (size: number) =>
  bytes(ZSTD, [0x60], le(size - 256, 2), le((size << 3) | 1, 3), plain(size))
/** One byte repeated, and a header that says nothing of the size, only of a window of 1 KB or of 2 MB. */
const zstdRun = (size: number, window: 0 | 0x58) => bytes(ZSTD, [0, window], le((size << 3) | 0b011, 3), [7])

const STREAMS: readonly [string, Codec, (size: number) => Buffer][] = [
  ['gzip', 1, (size) => gzipSync(plain(size))],
  ['snappy', 2, snappy],
  ['snappy in blocks', 2, (size) => snappyStream(size - 400, 400)],
  ['lz4, stored', 3, (size) => lz4Frame(lz4Stored(size - 400), lz4Stored(400))],
  ['lz4, a run', 3, (size) => lz4Frame(lz4Run(size))],
  ['zstd that says its size', 4, zstdSized],
]

describe('what expands', () => {
  it.each(STREAMS)('%s: is taken up to the limit and refused one byte beyond', (_, codec, stream) => {
    expect(Buffer.compare(decompress(codec, stream(MAX), MAX), plain(MAX))).toBe(0)
    expect(() => decompress(codec, stream(MAX + 1), MAX)).toThrow(ExpansionError)
  })

  it('zstd that does not say its size is refused by what its blocks hold, or by its window', () => {
    expect(() => decompress(4, zstdRun(2 * MAX + 1, 0), 2 * MAX)).toThrow(ExpansionError)
    expect(() => decompress(4, zstdRun(10, 0x58), 2 * MAX)).toThrow(ExpansionError)
  })
})
