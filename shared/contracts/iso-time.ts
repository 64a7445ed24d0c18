const ISO_TIME = /^(\d{4}|[+-]\d{6})-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
const ZERO = 0x30
/** Of the form that `Date.toISOString` gives, and most programs write. */
const PLAIN_LENGTH = '2026-01-05T10:00:00.000Z'.length
const DAY_MS = 86_400_000

/** Milliseconds since 1970 of an ISO 8601 time, NaN of what is none. A time without a zone is UTC, never in the zone of the machine. */
export function parseIsoTime(text: string): number {
  const plain = text.length === PLAIN_LENGTH ? parsePlain(text) : Number.NaN
  if (!Number.isNaN(plain)) return plain
  return ISO_TIME.test(text) && isCalendarDay(text) ? Date.parse(withZone(text)) : Number.NaN
}

/** A time as `Date.toISOString` writes it, without a regular expression; NaN of any other, be it a time or not. */
function parsePlain(text: string): number {
  const marked =
    text[4] === '-' &&
    text[7] === '-' &&
    text[10] === 'T' &&
    text[13] === ':' &&
    text[16] === ':' &&
    text[19] === '.' &&
    text[23] === 'Z'
  if (!marked) return Number.NaN
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 7)
  const day = digits(text, 8, 10)
  const hours = digits(text, 11, 13)
  const minutes = digits(text, 14, 16)
  const ms = 1000 * digits(text, 17, 19) + digits(text, 20, 23)
  const known = month >= 1 && month <= 12 && day >= 1 && day <= 28 && hours <= 23 && minutes <= 59
  return known && ms < 60_000
    ? daysTo(year, month, day) * DAY_MS + (hours * 60 + minutes) * 60_000 + ms
    : Number.NaN
}

/** NaN where one of them is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - ZERO
    if (digit < 0 || digit > 9) return Number.NaN
    number = 10 * number + digit
  }
  return number
}

/** Days from 1970 to a day of the Gregorian calendar [Hinnant, "chrono-compatible low-level date algorithms", days_from_civil]. */
function daysTo(year: number, month: number, day: number): number {
  // Years from March on, so that the leap day is the last of its year.
  const before = month <= 2 ? 1 : 0
  const y = year - before
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month - 3 + 12 * before) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Whether the month has that day: `Date.parse` carries 30 February over into March. */
function isCalendarDay(time: string): boolean {
  const date = time.slice(0, time[0] === '+' || time[0] === '-' ? 13 : 10)
  const day = Number(date.slice(-2))
  return day <= 28 || new Date(`${date}T00:00:00Z`).getUTCDate() === day
}

function withZone(time: string): string {
  const iso = time.replace(' ', 'T').replace(',', '.')
  return iso.includes('T') && !/(Z|[+-]\d\d:?\d\d)$/.test(iso) ? `${iso}Z` : iso
}
