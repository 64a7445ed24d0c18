const POLYNOMIAL = 0x82f63b78
/** Bytes taken at a time. */
const SLICE = 8

/**
 * Table k holds, for each byte, what it does to the checksum with k zero bytes behind it, so that eight bytes are eight
 * independent look-ups ("slicing by 8": Kounavis and Berry, A Systematic Approach to Building High Performance Software-based
 * CRC Generators, ISCC 2005).
 */
const tables = new Int32Array(SLICE * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  tables[byte] = crc
}
for (let i = 256; i < tables.length; i++) {
  const before = tables[i - 256]!
  tables[i] = (before >>> 8) ^ tables[before & 0xff]!
}

const WORD = 4
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** CRC-32C (Castagnoli, RFC 3720 § B.4) of bytes from `from` to the end, unsigned. */
export function crc32c(bytes: Uint8Array, from = 0): number {
  const end = bytes.length
  let crc = -1
  let i = from
  // Two words are loaded at once instead of eight bytes: they have to stand at multiples of four.
  for (; i < end && (bytes.byteOffset + i) % WORD !== 0; i++) {
    crc = tables[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  }
  const count = LITTLE_ENDIAN ? Math.floor((end - i) / WORD) : 0
  const words = new Int32Array(bytes.buffer, count === 0 ? 0 : bytes.byteOffset + i, count)
  let w = 0
  for (const last = count - SLICE / WORD; w <= last; w += SLICE / WORD) {
    const low = crc ^ words[w]!
    const high = words[w + 1]!
    crc =
      tables[1792 + (low & 0xff)]! ^
      tables[1536 + ((low >>> 8) & 0xff)]! ^
      tables[1280 + ((low >>> 16) & 0xff)]! ^
      tables[1024 + (low >>> 24)]! ^
      tables[768 + (high & 0xff)]! ^
      tables[512 + ((high >>> 8) & 0xff)]! ^
      tables[256 + ((high >>> 16) & 0xff)]! ^
      tables[high >>> 24]!
  }
  for (i += w * WORD; i < end; i++) crc = tables[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}
