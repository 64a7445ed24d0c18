import { monthPattern as month, monthNumberOf } from './month-names.js'
import { parsePeriod } from './parse-period.js'

const clock =
  '(?:[T ]+(?<hour>\\d{1,2})(?::(?<minute>\\d{2})(?::(?<second>\\d{2})(?:[.,](?<fraction>\\d+))?)?)?' +
  '(?: ?(?<half>[AP])\\.?M\\.?)?(?: ?(?<zone>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?))?)?'

const weekday = '(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\\.?,? +)?'

const pattern = (date: string) => new RegExp(`^${date}${clock}$`, 'i')

const yearFirst = pattern('(?<year>\\d{4})(?:(?<sep>[-/.])(?<month>\\d{1,2})(?:\\k<sep>(?<day>\\d{1,2}))?)')
const yearLast = pattern('(?<a>\\d{1,2})(?<sep>[-/.])(?<b>\\d{1,2})\\k<sep>(?<year>\\d{4}|\\d{2})')
const dayNamed = pattern(`${weekday}(?<day>\\d{1,2})[- ]${month}[-, ]+(?<year>\\d{4}|\\d{2})`)
const monthNamed = pattern(`${weekday}${month}[- ]+(?<day>\\d{1,2})(?:st|nd|rd|th)?[-, ]+(?<year>\\d{4})`)

type Fields = Readonly<Record<string, string | undefined>>

/**
 * Milliseconds since 1970 (negative before) of a time as people write it, or NaN.
 *
 * Year first (`2016-07-01 00:00:00`, `2010-1-5`, `1949-01`, ISO 8601 with `T`, fractions, `Z` or an offset), year last
 * (`1/31/2010 0:00`, `1/31/10 4:05 PM`) and with an English month name (`5 Jan 2010`, `Jan 5, 2010`, `Jan-5-2010`).
 * A quarter, month or week (`2024-Q1`, `2024M03`, `Mar 2024`, `2024-W05`) is its first moment.
 * Without a zone it is UTC. Dates with dots are day first, as where they are written; others are `dayFirst` as told.
 * Years of two digits are 1969 to 2068, as POSIX has it. Fractions beyond a millisecond are cut off. Never asks the
 * machine for its zone or language, which `Date.parse` does.
 */
export function parseTime(text: string, dayFirst = false): number {
  const trimmed = text.trim()
  const iso = yearFirst.exec(trimmed)?.groups
  if (iso !== undefined) return timeOf(iso, Number(iso.year), Number(iso.month), Number(iso.day ?? 1))
  const last = yearLast.exec(trimmed)?.groups
  if (last !== undefined) {
    const [first, second] = [Number(last.a), Number(last.b)]
    const swap = dayFirst || last.sep === '.'
    return timeOf(last, fullYear(last.year!), swap ? second : first, swap ? first : second)
  }
  const named = (dayNamed.exec(trimmed) ?? monthNamed.exec(trimmed))?.groups
  if (named === undefined) return parsePeriod(trimmed)
  return timeOf(named, fullYear(named.year!), monthNumberOf(named.name!), Number(named.day))
}

/** Whether day and month of this time could be told apart only by knowing which comes first. */
export function isOrderOpen(text: string): boolean {
  return /^\s*\d{1,2}([-/])\d{1,2}\1/.test(text)
}

/**
 * Milliseconds since 1970 of digits run together: YYYY, YYYYMM, YYYYMMDD, and that with hhmm or hhmmss; else NaN.
 * Years 1500 to 2299, so that most other numbers are not taken for dates.
 */
export function parseCompactTime(digits: string): number {
  const fields = /^(1[5-9]\d\d|2[0-2]\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?)?)?$/.exec(digits)
  if (fields === null) return Number.NaN
  const [, year, monthText = '1', day = '1', hour = '0', minute = '0', second = '0'] = fields
  return timeOf({ hour, minute, second }, Number(year), Number(monthText), Number(day))
}

function fullYear(text: string): number {
  if (text.length === 4) return Number(text)
  return Number(text) + (Number(text) >= 69 ? 1900 : 2000)
}

function timeOf(fields: Fields, year: number, monthNumber: number, day: number): number {
  if (monthNumber < 1 || monthNumber > 12 || day < 1 || day > daysIn(year, monthNumber)) return Number.NaN
  let hour = Number(fields.hour ?? 0)
  const minute = Number(fields.minute ?? 0)
  const second = Number(fields.second ?? 0)
  if (fields.half !== undefined) {
    if (hour < 1 || hour > 12) return Number.NaN
    hour = (hour % 12) + (fields.half.toUpperCase() === 'P' ? 12 : 0)
  }
  // 24:00 is the end of a day and :60 a leap second: ISO 8601 has both.
  const ok = minute < 60 && second <= 60 && (hour < 24 || (hour === 24 && minute === 0 && second === 0))
  if (!ok) return Number.NaN
  const milliseconds = Number((fields.fraction ?? '').padEnd(3, '0').slice(0, 3))
  const date = new Date(0)
  date.setUTCFullYear(year, monthNumber - 1, day)
  const offset = offsetMinutes(fields.zone)
  return date.getTime() + ((hour * 60 + minute - offset) * 60 + second) * 1000 + milliseconds
}

function daysIn(year: number, monthNumber: number): number {
  if (monthNumber !== 2) return [4, 6, 9, 11].includes(monthNumber) ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Minutes east of UTC; NaN for an impossible offset. */
function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined || /^[zug]/i.test(zone)) return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(3).replace(':', '') || 0)
  if (hours > 18 || minutes > 59) return Number.NaN
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
