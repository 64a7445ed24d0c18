/** The number that the bits of an IEEE 754 binary16 name: 1 sign, 5 exponent, 10 fraction bits. Exact. */
export function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : Number.NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const word = new DataView(new ArrayBuffer(4))

/** The number that the bits of a bfloat16 name: the upper half of a binary32. Exact. */
export function decodeBfloat16(bits: number): number {
  word.setUint32(0, bits << 16)
  return word.getFloat32(0)
}
