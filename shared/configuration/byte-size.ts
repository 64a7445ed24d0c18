const UNIT_BYTES: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * Bytes of a size such as `64MB` (10^6), `2GiB` (2^30) or `512` (bytes).
 * @returns null when the text is no size, or not a whole number of bytes
 */
export function parseByteSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?i?b)?$/i.exec(text.trim())
  const unit = match && UNIT_BYTES[(match[2] ?? 'b').toLowerCase()]
  if (!match || unit === undefined || unit === null) return null
  const bytes = Number(match[1]) * unit
  const whole = Math.round(bytes)
  return Math.abs(bytes - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : null
}
