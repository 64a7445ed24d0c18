/** 217200 → `217,200`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** A measured value with four significant digits, and without an exponent where a person can do without. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return '–'
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(2)
  if (size >= 1000) return formatCount(value)
  return String(Number(value.toPrecision(4)))
}

/** With so many decimals whatever its size. */
export function formatFixed(value: number, decimals: number): string {
  return Number.isFinite(value) ? value.toFixed(decimals) : '–'
}

/** 0.1234 → `12.3 %`. */
export function formatShare(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–'
}

/** 130 → `2 min 10 s`, 3.21 → `3.2 s`. */
export function formatSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`
}

/** 2001-01-22T14:00:00.000Z → `2001-01-22 14:00`; seconds and below only where they are not zero. */
export function formatTime(timeMs: number): string {
  const time = new Date(timeMs)
  if (Number.isNaN(time.getTime())) return '–'
  const text = time.toISOString().replace('T', ' ').replace('Z', '')
  return text.replace(/\.000$/, '').replace(/:00$/, '')
}
