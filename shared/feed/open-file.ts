import { type FileHandle, open } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { Feed } from './feed.js'
import { FeedUnreachableError, FeedUnreadableError } from './feed-errors.js'
import { type FeedOptions, readingsMaxDefault } from './feed-options.js'
import { findSeriesColumn, type ReadFile } from './find-series-column.js'
import { FindingsLog } from './findings-log.js'
import { gatherColumns } from './gather-columns.js'
import { gatherRows } from './gather-rows.js'
import { ReadingBudget } from './growing-column.js'
import { countRepeats, orderEvents } from './order-events.js'
import { readCsv } from './read-csv.js'
import { readJsonLines } from './read-json-lines.js'
import { readParquet } from './read-parquet.js'
import { repeatsText } from './repeats-text.js'
import { cadenceOf, rowTimesOf } from './row-times.js'
import type { SourceRows } from './source-rows.js'
import { feedOfTable } from './table-feed.js'

/** Open a CSV, JSON-lines or Parquet file; which of them, its first bytes say. */
export async function openFile(path: string, options: FeedOptions): Promise<Feed> {
  const whole = await readFile(path, options)
  const isSettled = options.layout !== undefined || options.series !== undefined || options.time === 'row'
  const parted = isSettled
    ? null
    : await findSeriesColumn(whole, (series) => readFile(path, { ...options, series }))
  const { table, findings } = parted?.file ?? whole
  if (parted !== null) findings.warn(parted.why)
  const repeats = countRepeats(table)
  if (repeats > 0) {
    findings.warn(
      `${repeatsText(repeats)}${parted === null ? ': if a column tells series apart, name it with --series' : ''}.`,
    )
  }
  const cadenceMs = isCounted(options) ? rowTimesOf(options).cadenceMs : cadenceOf(options)
  return feedOfTable(basename(path), table, findings.findings(), cadenceMs)
}

const isCounted = ({ time, layout }: FeedOptions) => time === 'row' || layout === 'rows'

async function readFile(path: string, options: FeedOptions): Promise<ReadFile> {
  const findings = new FindingsLog()
  const rowTimes = rowTimesOf(options)
  if (isCounted(options) && options.cadence === undefined) {
    findings.warn('No --cadence was given; counted rows were set one hour apart.')
  }
  const source = await readSource(path, options, findings)
  const budget = new ReadingBudget(path, options.readingsMax ?? readingsMaxDefault)
  const { table, names } =
    options.layout === 'rows'
      ? { table: await gatherRows(source, rowTimes, budget, findings), names: [] }
      : await gatherColumns(path, source, options, rowTimes, budget, findings)
  if (table.timesMs.length === 0) {
    const { rejected, warnings } = findings.findings()
    const [example] = rejected.examples
    const why = example ? ` (line ${example.line}, column ${example.column}: "${example.text}")` : ''
    throw new FeedUnreadableError(
      [`${path} gave no reading${why}: check --layout, --time, --series and --value.`, ...warnings].join(' '),
    )
  }
  return { table: orderEvents(table), names, findings }
}

async function readSource(path: string, options: FeedOptions, findings: FindingsLog): Promise<SourceRows> {
  const head = await firstBytes(path)
  const start = head
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  const other = otherFormat(head)
  if (other !== undefined) throw new FeedUnreadableError(`${path} is ${other}.`)
  if (start === '') throw new FeedUnreadableError(`${path} is empty: there is nothing to feed.`)
  if (start.startsWith('[')) {
    throw new FeedUnreadableError(
      `${path} is a JSON array: write one object a line (JSON lines), as \`jq -c '.[]'\` does.`,
    )
  }
  if (start.startsWith('PARE')) {
    throw new FeedUnreadableError(`${path} is an encrypted Parquet file: write it without encryption.`)
  }
  const isJson = start.startsWith('{')
  const isParquet = start.startsWith('PAR1')
  if (!isParquet && PARQUET_NAMES.has(extname(path).toLowerCase())) {
    throw new FeedUnreadableError(
      `${path} is no Parquet file: it does not begin with PAR1. If it holds CSV or JSON lines, name it so; else write it anew.`,
    )
  }
  if ((isJson || isParquet) && options.layout === 'rows') {
    throw new FeedUnreadableError('--layout rows is for CSV files; leave it out.')
  }
  if (isParquet) return readParquet(path, findings)
  return isJson ? readJsonLines(path, findings) : readCsv(path, options, findings)
}

/** Endings of those that are looked into before they are read as text. */
const PARQUET_NAMES: ReadonlySet<string> = new Set(['.parquet', '.parq', '.pq'])

/** What a file is whose bytes are no text and no Parquet, and what to do about it. */
function otherFormat(head: Buffer): string | undefined {
  const begins = (...bytes: number[]) => head.subarray(0, bytes.length).equals(Buffer.from(bytes))
  if (begins(0x1f, 0x8b) || begins(0x28, 0xb5, 0x2f, 0xfd)) return 'compressed: unpack it first'
  if (begins(0x50, 0x4b, 0x03, 0x04)) return 'an archive, as .xlsx is one: unpack it, or save it as CSV'
  const isUtf16 = begins(0xff, 0xfe) || begins(0xfe, 0xff)
  if (!isUtf16 && !begins(0x50, 0x41, 0x52, 0x31) && head.includes(0)) {
    return 'neither text nor Parquet: give CSV, JSON lines or Parquet'
  }
  return undefined
}

/** A file is looked through twice, and a pipe can be read only once. */
async function requireFile(file: FileHandle, path: string): Promise<void> {
  const found = await file.stat()
  if (found.isDirectory()) throw new FeedUnreachableError(`${path} is a folder: name a file in it.`)
  if (!found.isFile()) {
    throw new FeedUnreachableError(`${path} is a pipe or device: write what it holds into a file first.`)
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  try {
    const file = await open(path)
    try {
      await requireFile(file, path)
      const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    if (cause instanceof FeedUnreachableError) throw cause
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT'
    const none =
      basename(path) === '-' ? 'standard input is not read; write it into a file' : 'there is no such file'
    const why = missing ? none : (cause as Error).message
    throw new FeedUnreachableError(`Cannot read ${path}: ${why}.`, { cause })
  }
}
