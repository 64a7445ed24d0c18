import { chooseTime, type TimeRole } from './choose-time.js'
import { everyCell } from './every-cell.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { listColumns } from './list-columns.js'
import { parseNumberCell } from './number-cell.js'
import type { SourceRow } from './source-rows.js'

/** Which columns of a source play which part. */
export interface ColumnRoles {
  readonly layout: 'wide' | 'long'
  /** Null: rows are counted. */
  readonly time: TimeRole | null
  /** Null in the wide layout. */
  readonly series: number | null
  /** The one value column of the long layout; null: every other column that holds numbers. */
  readonly value: number | null
  /** Of each covariate. */
  readonly covariates: readonly number[]
}

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
    throw new FeedUnreadableError(`${file} has no column ${name} (${flag}); it has ${listColumns(columns)}.`)
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
    time: options.time === 'row' ? null : chooseTime(file, columns, sample, options, find),
    series: options.layout === 'wide' ? null : series,
    value: layout === 'long' && value >= 0 ? value : null,
    covariates: (options.covariates ?? []).map((name) => find(name, '--covariates')),
  }
}

const isName = (cell: unknown) => parseNumberCell(cell, true) === null
