import { readText } from './csv-dialect.js'
import type { FindingsLog } from './findings-log.js'
import type { Cell, SourceRow, SourceRows } from './source-rows.js'

const blockRows = 1000

/**
 * Open a file of one JSON object a line. Fields become columns as they first appear; the fields of a nested object
 * become `parent.field`, those of `values` keep their own name. Lines that are no object are rejected.
 */
export function readJsonLines(path: string, findings: FindingsLog): SourceRows {
  const columns: string[] = []
  const indexOf = new Map<string, number>()
  const put = (cells: Cell[], name: string, cell: Cell) => {
    let index = indexOf.get(name)
    if (index === undefined) {
      index = columns.push(name) - 1
      indexOf.set(name, index)
    }
    cells[index] = cell
  }

  const rowOf = (line: number, text: string): SourceRow | null => {
    const object = parseObject(text)
    if (object === null) {
      findings.reject(line, '(line)', text.trim())
      return null
    }
    const cells: Cell[] = []
    for (const [name, cell] of Object.entries(object)) {
      if (cell === null || typeof cell !== 'object' || Array.isArray(cell)) put(cells, name, cell)
      else
        for (const [inner, value] of Object.entries(cell)) {
          put(cells, name === 'values' ? inner : `${name}.${inner}`, value)
        }
    }
    return { line, cells }
  }
  return { columns, decimalComma: false, blocks: blocksOf(path, rowOf) }
}

async function* blocksOf(
  path: string,
  rowOf: (line: number, text: string) => SourceRow | null,
): AsyncGenerator<SourceRow[]> {
  let block: SourceRow[] = []
  let line = 0
  let rest = ''
  const take = (text: string) => {
    line++
    const row = text.trim() === '' ? null : rowOf(line, text)
    if (row !== null) block.push(row)
  }
  for await (const chunk of readText(path, 'utf-8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const text of lines) take(text)
    if (block.length < blockRows) continue
    yield block
    block = []
  }
  take(rest)
  if (block.length > 0) yield block
}

function parseObject(text: string): object | null {
  try {
    const parsed: unknown = JSON.parse(text)
    return parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed) ? parsed : null
  } catch {
    return null
  }
}
