import { calendarTime, findCalendar, isHour, isQuarterName, quarterTime } from './calendar-columns.js'
import { everyCell } from './every-cell.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { listColumns } from './list-columns.js'
import { parseNumberCell } from './number-cell.js'
import { parseCompactTime, parseTime } from './parse-time.js'
import type { Cell, SourceRow } from './source-rows.js'

/** Which columns say the time of a row. */
export interface TimeRole {
  /** One, or several that are joined. */
  readonly columns: readonly number[]
  /** What the time column is given of a row's cells in these columns. */
  readonly join: (cells: readonly Cell[]) => Cell
  /** What a person should know of the choice. */
  readonly why?: string
}

const timeNames = ['timestamp', 'datetime', 'date_time', 'date time', 'time', 'date', 'ds', 'ts']
/** These may be parts of a time. */
const periodNames = ['month', 'year']
/** What a column of clocks beside one of dates is called; others, as the time of a day's strongest gust, are not the readings' own. */
const clockName = /^(time|clock|uhrzeit|zeit|heure|hora|ora|tijd|tid)( ?[([].*)?$/i
const clockText = /^\d{1,2}(:\d{2}(:\d{2}([.,]\d+)?)?( ?[ap]\.?m\.?)?|\.\d{2}\.\d{2})$/i

/** Whether a column's name says that it holds times. */
export function isTimeName(name: string): boolean {
  return [...timeNames, ...periodNames].includes(name.toLowerCase())
}

/**
 * The columns that hold the time, from the options, the columns' names and the first rows.
 * @param find the place of a column that a flag names
 * @throws FeedUnreadableError
 */
export function chooseTime(
  file: string,
  columns: readonly string[],
  sample: readonly SourceRow[],
  { time }: FeedOptions,
  find: (name: string, flag: string) => number,
): TimeRole {
  if (time !== undefined) {
    if (columns.includes(time) || !time.includes('+')) return alone(find(time, '--time'))
    return joined(
      columns,
      sample,
      time.split('+').map((name) => find(name.trim(), '--time')),
    )
  }
  const lower = columns.map((name) => name.toLowerCase())
  const [date, clock] = [lower.indexOf('date'), lower.indexOf('time')]
  if (date >= 0 && clock >= 0 && everyCell(sample, clock, isClock))
    return joined(columns, sample, [date, clock])
  const byName = (names: readonly string[]) =>
    names.map((name) => lower.indexOf(name)).find((index) => index >= 0 && !everyCell(sample, index, isClock))
  const byContent = columns.findIndex((_, index) => everyCell(sample, index, isWrittenTime))
  const written = byContent < 0 ? undefined : byContent
  const calendar = findCalendar(columns, sample)
  const found = byName(timeNames) ?? (calendar === null ? byName(periodNames) : undefined) ?? written
  if (found !== undefined) {
    const own = findClock(columns, sample, found)
    return own < 0 ? alone(found) : told(columns, joined(columns, sample, [found, own]))
  }
  if (calendar !== null) return told(columns, joined(columns, sample, calendar))
  if (columns.length === 1 && /[,;|\t]/.test(columns[0]!)) {
    throw new FeedUnreadableError(
      `${file} has only one column, ${listColumns(columns)}: say what parts its cells with --delimiter.`,
    )
  }
  throw new FeedUnreadableError(
    `${file} has no column that looks like a time among ${listColumns(columns)}: name it with --time, or count rows with --time row --cadence 1h.`,
  )
}

const alone = (index: number): TimeRole => ({ columns: [index], join: ([cell]) => cell })

/** A year and what follows it as numbers, or texts that follow each other as in a written time. */
function joined(
  columns: readonly string[],
  sample: readonly SourceRow[],
  parts: readonly number[],
): TimeRole {
  const [first, second] = parts
  const areNumbers =
    everyCell(sample, first!, (cell) => isWhole(cell) && isYear(cell)) &&
    parts.every((index) => everyCell(sample, index, isWhole))
  if (!areNumbers) return { columns: parts, join: joinTexts }
  return { columns: parts, join: isQuarterName(columns[second!]!) ? quarterTime : calendarTime }
}

function told(columns: readonly string[], role: TimeRole): TimeRole {
  const names = role.columns.map((index) => columns[index]!)
  const last = names.pop()
  return {
    ...role,
    why: `Columns ${names.join(', ')} and ${last} were read as one time. For another reading of the file say --time.`,
  }
}

/** The column of clocks, or of hours, that belongs to one of dates: without it dates repeat. −1 where there is none. */
function findClock(columns: readonly string[], sample: readonly SourceRow[], dates: number): number {
  if (!everyCell(sample, dates, isDate)) return -1
  const days = new Set(sample.map(({ cells }) => dateText(cells[dates])))
  if (days.size > sample.length / 2) return -1
  return columns.findIndex(
    (name, index) =>
      index !== dates &&
      ((clockName.test(name.trim()) && everyCell(sample, index, isClock)) || isHour(name, sample, index)),
  )
}

/** Texts as one; '' where one is missing: half a time is none. */
function joinTexts(cells: readonly Cell[]): string {
  const [date, ...clocks] = cells
  const texts = [dateText(date), ...clocks.map(clockOf)]
  return texts.includes('') ? '' : texts.join(' ')
}

/** A date without its midnight, and with marks between its parts. */
function dateText(cell: Cell): string {
  const text = cell instanceof Date ? isoText(cell) : String(cell ?? '').trim()
  return text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3').replace(/[T ]0?0:00(:00(\.0+)?)?Z?$/, '')
}

/** A time that was none when the file was written cannot be put into ISO 8601. */
function isoText(time: Date): string {
  return Number.isNaN(time.getTime()) ? '' : time.toISOString()
}

/** Clocks are written with points too, 18.00.00, and hours as the fractions that a table made of them, 18.0. */
function clockOf(cell: Cell): string {
  const text = String(cell ?? '').trim()
  return text.replace(/^(\d+)\.(\d\d)\.(\d\d)$/, '$1:$2:$3').replace(/^(\d+)\.0+$/, '$1')
}

const isClock = (cell: Cell) => clockText.test(String(cell).trim())
const isWhole = (cell: Cell) => Number.isInteger(parseNumberCell(cell, false))
const isYear = (cell: Cell) => Number(cell) < 1e4 && !Number.isNaN(parseCompactTime(String(Number(cell))))
const isDate = (cell: Cell) => !/\d:\d/.test(dateText(cell)) && isTimeText(dateText(cell))

/** A time that cannot be a plain number. */
const isWrittenTime = (cell: Cell) =>
  cell instanceof Date || (parseNumberCell(cell, true) === null && isTimeText(String(cell)))

const isTimeText = (text: string) => !Number.isNaN(parseTime(text)) || !Number.isNaN(parseTime(text, true))
