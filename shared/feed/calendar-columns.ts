import { everyCell } from './every-cell.js'
import { parseNumberCell } from './number-cell.js'
import type { Cell, SourceRow } from './source-rows.js'

/** Names that parts of a time go by, from the largest on, and the values that they have. */
const PARTS: readonly { readonly names: readonly string[]; readonly from: number; readonly to: number }[] = [
  { names: ['year', 'yr'], from: 1500, to: 2299 },
  { names: ['quarter', 'qtr'], from: 1, to: 4 },
  { names: ['month', 'mo'], from: 1, to: 12 },
  { names: ['day'], from: 1, to: 31 },
  { names: ['hour', 'hr'], from: 0, to: 24 },
  { names: ['minute', 'min'], from: 0, to: 59 },
]
const [YEAR, QUARTER, MONTH, DAY, HOUR] = [0, 1, 2, 3, 4]

/**
 * Columns that hold a year, its month or quarter, and as much of day, hour and minute as there is, each a whole number: the order in which
 * `calendarTime` joins them. null where there is no such pair.
 */
export function findCalendar(columns: readonly string[], sample: readonly SourceRow[]): number[] | null {
  const found = PARTS.map((_, part) => columns.findIndex((name, index) => isPart(part, name, sample, index)))
  const has = (part: number) => found[part]! >= 0
  if (!has(YEAR)) return null
  if (!has(MONTH)) return has(QUARTER) ? [found[YEAR]!, found[QUARTER]!] : null
  const parts = [YEAR, MONTH]
  for (let part = DAY; part < PARTS.length && has(part); part++) parts.push(part)
  return parts.map((part) => found[part]!)
}

/** Whether a column is called an hour, and holds them. */
export function isHour(name: string, sample: readonly SourceRow[], index: number): boolean {
  return isPart(HOUR, name, sample, index)
}

/** Whether a column is called a quarter. */
export function isQuarterName(name: string): boolean {
  return isCalled(QUARTER, name)
}

function isPart(part: number, name: string, sample: readonly SourceRow[], index: number): boolean {
  const { from, to } = PARTS[part]!
  return isCalled(part, name) && everyWhole(sample, index, from, to)
}

function isCalled(part: number, name: string): boolean {
  return PARTS[part]!.names.includes(name.trim().toLowerCase())
}

/** Year, month, day, hour and minute, as many as there are, as `parseTime` reads them; '' where one is missing. */
export function calendarTime(cells: readonly Cell[]): string {
  const numbers = cells.map((cell) => parseNumberCell(cell, false) ?? Number.NaN)
  if (!numbers.every(Number.isInteger)) return ''
  const [year, month, day = 1, hour = 0, minute = 0] = numbers
  return `${year}-${month}-${day} ${hour}:${String(minute).padStart(2, '0')}`
}

/** Year and quarter as `parseTime` reads them; '' where one is missing. */
export function quarterTime(cells: readonly Cell[]): string {
  const [year, quarter] = cells.map((cell) => parseNumberCell(cell, false) ?? Number.NaN)
  return Number.isInteger(year) && Number.isInteger(quarter) ? `${year}-Q${quarter}` : ''
}

function everyWhole(sample: readonly SourceRow[], index: number, from: number, to: number): boolean {
  return everyCell(sample, index, (cell) => {
    const number = parseNumberCell(cell, false)
    return Number.isInteger(number) && number! >= from && number! <= to
  })
}
