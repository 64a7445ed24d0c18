import { gunzipSync } from 'node:zlib'
import { decompressSnappy, decompressZstd } from 'hyparquet-compressors'
import { MalformedBytesError } from './byte-reader.js'
import { expandLz4 } from './expand-lz4.js'
import { EXPANDED_MAX, ExpansionError } from './expansion-error.js'
import { zstdSizeMax } from './zstd-size.js'

/** Kafka's numbers for its codecs: gzip, snappy, lz4, zstd. */
export type Codec = 1 | 2 | 3 | 4 | 0

/**
 * @throws ExpansionError beyond `max` bytes, before they are allocated
 * @throws MalformedBytesError when the bytes are no such stream
 */
export function decompress(codec: Codec, bytes: Buffer, max = EXPANDED_MAX): Buffer {
  try {
    if (codec === 1) return gunzipSync(bytes, { maxOutputLength: max })
    if (codec === 2) return expandSnappy(bytes, max)
    if (codec === 3) return expandLz4(bytes, max)
    if (codec === 4) {
      if (zstdSizeMax(bytes, max) > max) throw new ExpansionError()
      return view(decompressZstd(bytes))
    }
  } catch (error) {
    if (error instanceof ExpansionError) throw error
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw new ExpansionError()
    throw new MalformedBytesError()
  }
  throw new MalformedBytesError()
}

const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])

/** Raw snappy, or blocks of it behind the header that Java's snappy streams write. */
function expandSnappy(bytes: Buffer, max: number): Buffer {
  if (!bytes.subarray(0, 8).equals(XERIAL)) return expandSnappyBlock(bytes, max)
  const blocks: Buffer[] = []
  let size = 0
  for (let at = 16; at < bytes.length; ) {
    const length = bytes.readInt32BE(at)
    if (length < 0 || at + 4 + length > bytes.length) throw new MalformedBytesError()
    const block = expandSnappyBlock(bytes.subarray(at + 4, at + 4 + length), max - size)
    size += block.length
    blocks.push(block)
    at += 4 + length
  }
  return Buffer.concat(blocks)
}

function expandSnappyBlock(bytes: Buffer, max: number): Buffer {
  let size = 0
  for (let i = 0, scale = 1; i < 5; i++, scale *= 128) {
    const byte = bytes[i]
    if (byte === undefined) throw new MalformedBytesError()
    size += (byte & 0x7f) * scale
    if (byte < 0x80) break
  }
  if (size > max) throw new ExpansionError()
  return size === 0 ? Buffer.alloc(0) : view(decompressSnappy(bytes, size))
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
