const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
  // A twelfth of 365.25 days: a grid needs steps of one length, and calendar months have none.
  mo: 2_629_800_000,
}

/**
 * Milliseconds of a duration such as `500ms`, `15m`, `1h`, `1d`, `1w`, `1mo` (30.4375 days) or `1h30m`.
 * @returns null when the text is no duration, or not a whole number of milliseconds
 */
export function parseDuration(text: string): number | null {
  const trimmed = text.trim()
  if (!/^(\d+(\.\d+)?(ms|mo|s|m|h|d|w))+$/.test(trimmed)) return null
  let ms = 0
  for (const [, amount, , unit] of trimmed.matchAll(/(\d+(\.\d+)?)(ms|mo|s|m|h|d|w)/g)) {
    ms += Number(amount) * UNIT_MS[unit!]!
  }
  // A product such as 0.1 × 3 is a hair off: what is whole to a millionth is whole.
  const whole = Math.round(ms)
  return Math.abs(ms - whole) < 1e-6 && Number.isSafeInteger(whole) ? whole : null
}

/** The shortest duration text for a whole number of milliseconds: 5,400,000 → `90m`, 0 → `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  const largest = Object.entries(UNIT_MS)
    .filter(([, unitMs]) => ms % unitMs === 0)
    .reduce((best, entry) => (entry[1] > best[1] ? entry : best))
  return `${ms / largest[1]}${largest[0]}`
}
