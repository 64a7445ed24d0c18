import type { Cell } from './source-rows.js'

const plainNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
const commaNumber = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i
const noReading = new Set(['', 'na', 'n/a', '#n/a', '<na>', 'nan', '-nan', 'null', 'nil', 'none', '-', '?'])

/**
 * The number in a cell; NaN where it says that there is no reading; null where it is something else.
 * Only decimal notation counts: `0x10`, `1,234.5`, `Infinity` and `true` are something else.
 */
export function parseNumberCell(cell: Cell, decimalComma: boolean): number | null {
  if (cell === null || cell === undefined) return Number.NaN
  if (typeof cell === 'bigint') return Number(cell)
  if (typeof cell === 'number') return Number.isFinite(cell) || Number.isNaN(cell) ? cell : null
  if (typeof cell !== 'string') return null
  const text = cell.trim()
  if (plainNumber.test(text)) return finiteOrNull(Number(text))
  if (noReading.has(text.toLowerCase())) return Number.NaN
  return decimalComma && commaNumber.test(text) ? finiteOrNull(Number(text.replace(',', '.'))) : null
}

/** Whether a number uses a decimal comma. */
export function hasDecimalComma(cell: Cell): boolean {
  return typeof cell === 'string' && commaNumber.test(cell.trim())
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
