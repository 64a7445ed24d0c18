import type { Cell, SourceRow } from './source-rows.js'

/** Of the first rows of a file. */
const SAMPLE_ROWS = 100

/** Whether the filled cells of a column pass a test, as far as the first hundred rows tell; false where none is filled. */
export function everyCell(
  sample: readonly SourceRow[],
  index: number,
  test: (cell: Cell) => boolean,
): boolean {
  const cells = sample.slice(0, SAMPLE_ROWS).map((row) => row.cells[index])
  const filled = cells.filter((cell) => cell !== null && cell !== undefined && cell !== '')
  return filled.length > 0 && filled.every(test)
}
