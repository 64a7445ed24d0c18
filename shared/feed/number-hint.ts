import { parseTime } from './parse-time.js'

/** Digits with what people group them by, behind or before a unit or a sign. */
const groupedDigits = /^[^\p{L}\d]*\d[\d.,'’_\s]*[^\d]*$/u

/**
 * How numbers have to be written, for a cell that was meant as one and cannot be read: `1.234,5`, `12 kW`, `€ 5`. Which of its
 * marks parts decimals is never guessed.
 * @param text of a cell that is no number
 * @returns null for what is text of another kind, a time included
 */
export function numberHint(text: string, decimalComma: boolean): string | null {
  if (!groupedDigits.test(text.trim()) || !Number.isNaN(parseTime(text))) return null
  const forms = decimalComma ? '1234.5 or 1234,5' : '1234.5'
  return `Numbers are expected as ${forms}, without a unit and without marks between thousands.`
}
