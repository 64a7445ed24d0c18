import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { parseNumberCell } from './number-cell.js'
import { parseTime } from './parse-time.js'
import type { SourceRow } from './source-rows.js'

/** Which columns of a source play which part. */
export interface ColumnRoles {
  readonly layout: 'wide' | 'long'
  /** Time columns, joined by a space where there are two; null: rows are counted. */
  readonly time: readonly number[] | null
  /** Null in the wide layout. */
  readonly series: number | null
  /** The one value column of the long layout; null: every other column that holds numbers. */
  readonly value: number | null
  /** Of each covariate. */
  readonly covariates: readonly number[]
}

const timeNames = [
  'timestamp',
  'datetime',
  'date_time',
  'date time',
  'time',
  'date',
  'ds',
  'ts',
  'month',
  'year',
]
const sampleRows = 100

/** Settle the roles from the options, the columns' names and the first rows. @throws FeedUnreadableError */
export function chooseColumns(
  file: string,
  columns: readonly string[],
  sample: readonly SourceRow[],
  options: FeedOptions,
): ColumnRoles {
  const find = (name: string, flag: string): number => {
    const exact = columns.indexOf(name)
    const index = exact >= 0 ? exact : columns.findIndex((c) => c.toLowerCase() === name.toLowerCase())
    if (index >= 0) return index
    throw new FeedUnreadableError(`${file} has no column ${name} (${flag}); it has ${listed(columns)}.`)
  }
  const named = (name: string) => columns.findIndex((column) => column.toLowerCase() === name)

  const looksLong = named('series') >= 0 && everyCell(sample, named('series'), isName)
  const layout = options.layout === 'long' || options.series !== undefined || looksLong ? 'long' : 'wide'
  if (options.layout === 'wide' && options.series !== undefined) {
    throw new FeedUnreadableError(
      '--layout wide has no series column: leave out --series, or use --layout long.',
    )
  }
  const series = layout === 'long' ? find(options.series ?? 'series', '--series') : null
  const value = options.value !== undefined ? find(options.value, '--value') : named('value')

  return {
    layout: options.layout === 'wide' ? 'wide' : layout,
    time: options.time === 'row' ? null : timeColumns(file, columns, sample, options, find),
    series: options.layout === 'wide' ? null : series,
    value: layout === 'long' && value >= 0 ? value : null,
    covariates: (options.covariates ?? []).map((name) => find(name, '--covariates')),
  }
}

/** Whether a column's name says that it holds times. */
export function isTimeName(name: string): boolean {
  return timeNames.includes(name.toLowerCase())
}

function timeColumns(
  file: string,
  columns: readonly string[],
  sample: readonly SourceRow[],
  { time }: FeedOptions,
  find: (name: string, flag: string) => number,
): number[] {
  if (time !== undefined) {
    if (columns.includes(time) || !time.includes('+')) return [find(time, '--time')]
    return time.split('+').map((name) => find(name.trim(), '--time'))
  }
  const lower = columns.map((name) => name.toLowerCase())
  const [date, clock] = [lower.indexOf('date'), lower.indexOf('time')]
  if (date >= 0 && clock >= 0 && everyCell(sample, clock, isClock)) return [date, clock]
  const byName = timeNames.map((name) => lower.indexOf(name)).find((index) => index >= 0)
  if (byName !== undefined) return [byName]
  const byContent = columns.findIndex((_, index) => everyCell(sample, index, isWrittenTime))
  if (byContent >= 0) return [byContent]
  if (columns.length === 1 && /[,;|\t]/.test(columns[0]!)) {
    throw new FeedUnreadableError(
      `${file} has only one column, ${listed(columns)}: say what parts its cells with --delimiter.`,
    )
  }
  throw new FeedUnreadableError(
    `${file} has no column that looks like a time among ${listed(columns)}: name it with --time, or count rows with --time row --cadence 1h.`,
  )
}

function everyCell(sample: readonly SourceRow[], index: number, test: (cell: unknown) => boolean): boolean {
  const cells = sample.slice(0, sampleRows).map((row) => row.cells[index])
  const filled = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '')
  return filled.length > 0 && filled.every(test)
}

const isName = (cell: unknown) => parseNumberCell(cell, true) === null

const isClock = (cell: unknown) => /^\s*\d{1,2}:\d{2}(:\d{2})?/.test(String(cell))

/** A time that cannot be a plain number. */
const isWrittenTime = (cell: unknown) =>
  cell instanceof Date ||
  (parseNumberCell(cell, true) === null &&
    (!Number.isNaN(parseTime(String(cell))) || !Number.isNaN(parseTime(String(cell), true))))

function listed(columns: readonly string[]): string {
  const shown = columns.slice(0, 8).join(', ')
  return columns.length > 8 ? `${shown} and ${columns.length - 8} more` : shown
}
