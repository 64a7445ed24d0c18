import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Feed } from './feed.js'
import { FeedUnreachableError, FeedUnreadableError } from './feed-errors.js'
import { type FeedOptions, readingsMaxDefault } from './feed-options.js'
import { FindingsLog } from './findings-log.js'
import { gatherColumns } from './gather-columns.js'
import { gatherRows } from './gather-rows.js'
import { ReadingBudget } from './growing-column.js'
import { countRepeats, orderEvents } from './order-events.js'
import { readCsv } from './read-csv.js'
import { readJsonLines } from './read-json-lines.js'
import { readParquet } from './read-parquet.js'
import { cadenceOf, rowTimesOf } from './row-times.js'
import type { SourceRows } from './source-rows.js'
import { feedOfTable } from './table-feed.js'

/** Open a CSV, JSON-lines or Parquet file; which of them, its first bytes say. */
export async function openFile(path: string, options: FeedOptions): Promise<Feed> {
  const findings = new FindingsLog()
  const rowTimes = rowTimesOf(options)
  const isCounted = options.time === 'row' || options.layout === 'rows'
  if (isCounted && options.cadence === undefined) {
    findings.warn('No --cadence was given; counted rows were set one hour apart.')
  }
  const source = await readSource(path, options, findings)
  const budget = new ReadingBudget(path, options.readingsMax ?? readingsMaxDefault)
  const table =
    options.layout === 'rows'
      ? await gatherRows(source, rowTimes, budget, findings)
      : await gatherColumns(path, source, options, rowTimes, budget, findings)
  if (table.timesMs.length === 0) {
    const { rejected, warnings } = findings.findings()
    const [example] = rejected.examples
    const why = example ? ` (line ${example.line}, column ${example.column}: "${example.text}")` : ''
    throw new FeedUnreadableError(
      [`${path} gave no reading${why}: check --layout, --time, --series and --value.`, ...warnings].join(' '),
    )
  }
  const ordered = orderEvents(table)
  const repeats = countRepeats(ordered)
  if (repeats > 0) {
    findings.warn(
      `${repeats} readings repeat a time of their series, and only the first of each counts: if a column tells series apart, name it with --series.`,
    )
  }
  const cadenceMs = isCounted ? rowTimes.cadenceMs : cadenceOf(options)
  return feedOfTable(basename(path), ordered, findings.findings(), cadenceMs)
}

async function readSource(path: string, options: FeedOptions, findings: FindingsLog): Promise<SourceRows> {
  const head = await firstBytes(path)
  const start = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  if (start === '') throw new FeedUnreadableError(`${path} is empty: there is nothing to feed.`)
  if (start.startsWith('[')) {
    throw new FeedUnreadableError(
      `${path} is a JSON array: write one object a line (JSON lines), as \`jq -c .[]\` does.`,
    )
  }
  if (start.startsWith('PARE')) {
    throw new FeedUnreadableError(`${path} is an encrypted Parquet file: write it without encryption.`)
  }
  const isJson = start.startsWith('{')
  const isParquet = start.startsWith('PAR1')
  if ((isJson || isParquet) && options.layout === 'rows') {
    throw new FeedUnreadableError('--layout rows is for CSV files; leave it out.')
  }
  if (isParquet) return readParquet(path, findings)
  return isJson ? readJsonLines(path, findings) : readCsv(path, options, findings)
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const why = missing ? 'there is no such file' : (cause as Error).message
    throw new FeedUnreachableError(`Cannot read ${path}: ${why}.`, { cause })
  }
}
