import { parseNumberCell } from './number-cell.js'
import { parseTime } from './parse-time.js'

/**
 * How many of a file's first rows stand before its header: comments that begin with #, and titles of one filled
 * cell above a table of several. A row with # right above one that holds a number or a time is the header itself.
 * @param rows [R] cells of the first rows, some twenty
 */
export function preambleRows(rows: readonly (readonly string[])[], decimalComma: boolean): number {
  const width = rows.at(-1)?.length ?? 0
  const holdsData = (row: readonly string[]) =>
    row.some((cell) => Number.isFinite(parseNumberCell(cell, decimalComma)) || !Number.isNaN(parseTime(cell)))
  let count = 0
  while (count < rows.length - 1) {
    const [row, next] = [rows[count]!, rows[count + 1]!]
    const filled = row.filter((cell) => cell.trim() !== '').length
    const isTitle = width > 1 && filled <= 1 && (row.length === 1 || !holdsData(next))
    const isComment = row[0]!.trimStart().startsWith('#') && !holdsData(next)
    if (!isTitle && !isComment) break
    count++
  }
  return count
}
