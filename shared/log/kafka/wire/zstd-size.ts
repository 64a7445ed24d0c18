import { MalformedBytesError } from './byte-reader.js'
import { ExpansionError } from './expansion-error.js'

const ZSTD_MAGIC = 0xfd2fb528
const BLOCK_MAX = 128 * 1024

/**
 * How many bytes zstd frames expand to at most, without expanding them (RFC 8878 §§ 3.1.1, 3.1.1.2): what the frame
 * says, or else the sum of the blocks, of which a compressed one may hold 128 KB.
 * @throws ExpansionError when a frame asks for a window of more than `max`
 */
export function zstdSizeMax(bytes: Buffer, max: number): number {
  let total = 0
  for (let at = 0; at < bytes.length; ) {
    const magic = bytes.readUInt32LE(at)
    if ((magic & 0xfffffff0) >>> 0 === 0x184d2a50) {
      at += 8 + bytes.readUInt32LE(at + 4)
      continue
    }
    if (magic !== ZSTD_MAGIC) throw new MalformedBytesError()
    const descriptor = bytes.readUInt8(at + 4)
    const single = (descriptor & 0x20) !== 0
    if (!single && windowSize(bytes.readUInt8(at + 5)) > max) throw new ExpansionError()
    at += 5 + (single ? 0 : 1) + [0, 1, 2, 4][descriptor & 3]!
    const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!
    const announced = contentSize(bytes, at, sizeBytes)
    at += sizeBytes
    let blocks = 0
    for (let last = false; !last; ) {
      const header = bytes.readUIntLE(at, 3)
      const [kind, size] = [(header >> 1) & 3, header >> 3]
      last = (header & 1) !== 0
      blocks += kind === 2 ? BLOCK_MAX : size
      at += 3 + (kind === 1 ? 1 : size)
    }
    total += announced ?? blocks
    if (descriptor & 4) at += 4
  }
  return total
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7)
}

function contentSize(bytes: Buffer, at: number, sizeBytes: number): number | null {
  if (sizeBytes === 1) return bytes.readUInt8(at)
  if (sizeBytes === 2) return bytes.readUInt16LE(at) + 256
  if (sizeBytes === 4) return bytes.readUInt32LE(at)
  return sizeBytes === 8 ? Number(bytes.readBigUInt64LE(at)) : null
}
