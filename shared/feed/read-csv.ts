import { type CsvError, parse } from 'csv-parse'
import { countOf } from '#shared/words/count-of'
import { detectDelimiter, detectEncoding, readText, type TextEncoding } from './csv-dialect.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { type FindingsLog, textOf } from './findings-log.js'
import { nameColumns } from './name-columns.js'
import { parseNumberCell } from './number-cell.js'
import { parseTime } from './parse-time.js'
import { preambleRows } from './preamble-rows.js'
import type { SourceRow, SourceRows } from './source-rows.js'

const blockRows = 1000
/** Rows among which the header is looked for. */
const headRows = 20
const sniffChars = 64 * 1024

/** Open a delimited text file. Its first row is a header unless every cell of it is a number or a time. */
export async function readCsv(
  path: string,
  options: FeedOptions,
  findings: FindingsLog,
): Promise<SourceRows> {
  const encoding = options.encoding ?? (await detectEncoding(path))
  const delimiter = delimiterOf(options.delimiter) ?? detectDelimiter(await headOf(path, encoding))
  const decimalComma = delimiter !== ','
  const rows = parsedRows(path, encoding, delimiter)
  const head = await firstRows(rows)
  const before =
    options.layout === 'rows'
      ? 0
      : preambleRows(
          head.map(({ cells }) => cells as string[]),
          decimalComma,
        )
  const [first, ...others] = head.slice(before)
  if (first === undefined) throw new FeedUnreadableError(`${path} is empty: there is nothing to feed.`)
  if (before > 0) {
    const lines = countOf(before, 'line was', 'lines were')
    findings.warn(
      `Above the header, ${lines} passed over, the first: ${textOf((head[0]!.cells as string[]).join(delimiter))}.`,
    )
  }

  const isHeader =
    options.layout === 'rows'
      ? first.cells.slice(1).every((cell) => parseNumberCell(cell, decimalComma) === null)
      : !first.cells.every((cell) => isData(cell, decimalComma))
  const columns = nameColumns(isHeader ? first.cells : first.cells.map(() => ''), findings)
  if (!isHeader && options.layout !== 'rows') {
    findings.warn(`The file has no header; its columns are called ${columns.slice(0, 2).join(', ')}, …`)
  }
  return { columns, decimalComma, blocks: inBlocks(isHeader ? others : [first, ...others], rows) }
}

function isData(cell: unknown, decimalComma: boolean): boolean {
  return parseNumberCell(cell, decimalComma) !== null || !Number.isNaN(parseTime(String(cell)))
}

async function firstRows(rows: AsyncIterator<SourceRow, undefined>): Promise<SourceRow[]> {
  const found: SourceRow[] = []
  while (found.length < headRows) {
    const { value } = await rows.next()
    if (value === undefined) break
    found.push(value)
  }
  return found
}

function delimiterOf(given: string | undefined): string | undefined {
  return given === '\\t' || given === 'tab' ? '\t' : given
}

async function headOf(path: string, encoding: TextEncoding): Promise<string> {
  let head = ''
  for await (const text of readText(path, encoding)) {
    head += text
    if (head.length >= sniffChars) break
  }
  return head.slice(0, sniffChars)
}

async function* parsedRows(
  path: string,
  encoding: TextEncoding,
  delimiter: string,
): AsyncGenerator<SourceRow, undefined> {
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  })
  let parsed: SourceRow[] = []
  parser.on('readable', () => {
    for (let row = parser.read(); row !== null; row = parser.read()) {
      parsed.push({ line: row.info.lines, cells: row.record })
    }
  })
  const failed = new Promise<never>((_, reject) => {
    parser.on('error', (error: CsvError) => {
      reject(new FeedUnreadableError(`${path} is no delimited text: ${error.message}.`, { cause: error }))
    })
  })
  failed.catch(() => {})
  for await (const text of readText(path, encoding)) {
    await Promise.race([failed, new Promise((done) => parser.write(text, done))])
    const rows = parsed
    parsed = []
    yield* rows
  }
  await Promise.race([failed, new Promise<void>((done) => parser.once('end', done).end())])
  yield* parsed
}

async function* inBlocks(
  first: readonly SourceRow[],
  rows: AsyncIterable<SourceRow>,
): AsyncGenerator<SourceRow[]> {
  let block = [...first]
  for await (const row of rows) {
    block.push(row)
    if (block.length < blockRows) continue
    yield block
    block = []
  }
  if (block.length > 0) yield block
}
