import { monthNumberOf, monthPattern } from './month-names.js'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

const yearFirst = /^(?<year>\d{4})[- ]?(?<unit>[QMW])(?<number>\d{1,2})$/i
const monthNamed = [
  new RegExp(`^(?<year>\\d{4})[- ]${monthPattern}$`, 'i'),
  new RegExp(`^${monthPattern}[- ](?<year>\\d{4})$`, 'i'),
]
const quarterFirst = /^(?<unit>Q)(?<number>\d)[- ](?<year>\d{4})$/i

/**
 * Milliseconds since 1970 of the first moment of a quarter, month or week as statistical offices write it, in UTC, or NaN:
 * `2024-Q1`, `2024Q1`, `Q1 2024`, `2024M03`, `2024 Mar`, `March 2024`, and the weeks of ISO 8601, `2024-W05`, which begin on a Monday.
 */
export function parsePeriod(text: string): number {
  const fields = (yearFirst.exec(text) ?? quarterFirst.exec(text))?.groups
  if (fields === undefined) return parseNamedMonth(text)
  const year = Number(fields.year)
  const number = Number(fields.number)
  if (number < 1) return Number.NaN
  switch (fields.unit!.toUpperCase()) {
    case 'Q':
      return number <= 4 ? utc(year, 3 * (number - 1), 1) : Number.NaN
    case 'M':
      return number <= 12 ? utc(year, number - 1, 1) : Number.NaN
    default: {
      const startMs = firstWeekOf(year) + (number - 1) * WEEK_MS
      return startMs < firstWeekOf(year + 1) ? startMs : Number.NaN
    }
  }
}

function parseNamedMonth(text: string): number {
  for (const pattern of monthNamed) {
    const fields = pattern.exec(text)?.groups
    if (fields) return utc(Number(fields.year), monthNumberOf(fields.name!) - 1, 1)
  }
  return Number.NaN
}

/** The Monday of the week that the fourth of January is in. */
function firstWeekOf(year: number): number {
  const fourth = utc(year, 0, 4)
  return fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS
}

/** `Date.UTC`, which takes years below 100 for those of the last century. */
function utc(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day)
}
