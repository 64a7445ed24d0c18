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

/** CRC-32C (Castagnoli, RFC 3720 § B.4) of bytes from `from` to the end, unsigned. */
export function crc32c(bytes: Uint8Array, from = 0): number {
  const end = bytes.length
  let crc = -1
  let i = from
  for (const last = end - SLICE; i <= last; i += SLICE) {
    const low = crc ^ (bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24))
    crc =
      tables[1792 + (low & 0xff)]! ^
      tables[1536 + ((low >>> 8) & 0xff)]! ^
      tables[1280 + ((low >>> 16) & 0xff)]! ^
      tables[1024 + (low >>> 24)]! ^
      tables[768 + bytes[i + 4]!]! ^
      tables[512 + bytes[i + 5]!]! ^
      tables[256 + bytes[i + 6]!]! ^
      tables[bytes[i + 7]!]!
  }
  for (; i < end; i++) crc = tables[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return ~crc >>> 0
}
