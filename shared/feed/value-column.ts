import type { RejectedCell } from './feed.js'
import { type FindingsLog, textOf } from './findings-log.js'
import { GrowingColumn } from './growing-column.js'
import { hasDecimalComma, parseNumberCell } from './number-cell.js'
import { numberHint } from './number-hint.js'
import type { Cell } from './source-rows.js'

/** Numbers of one column of a file: whether it is one of numbers at all is known only at its end. */
export class ValueColumn {
  readonly #values = new GrowingColumn()
  readonly #examples: RejectedCell[] = []
  #numbers = 0
  #rejected = 0
  #commas = 0
  /** The first number with a decimal point in a column that may have decimal commas. */
  #point: RejectedCell | null = null

  constructor(
    readonly name: string,
    private readonly decimalComma: boolean,
    /** Rows before the column appeared. */
    missing: number,
  ) {
    for (let i = 0; i < missing; i++) this.#values.push(Number.NaN)
  }

  push(cell: Cell, line: number): void {
    const value = parseNumberCell(cell, this.decimalComma)
    this.#values.push(value ?? Number.NaN)
    if (value === null) {
      this.#rejected++
      if (this.#examples.length < 5) this.#examples.push({ line, column: this.name, text: textOf(cell) })
    } else if (!Number.isNaN(value)) {
      this.#numbers++
      if (!this.decimalComma || typeof cell !== 'string') return
      if (hasDecimalComma(cell)) this.#commas++
      else if (cell.includes('.')) this.#point ??= { line, column: this.name, text: textOf(cell) }
    }
  }

  /** [N], NaN for no reading; what was rejected is reported. Null for a column of text (less than a tenth numbers), which is said. */
  resolve(findings: FindingsLog, wanted = false): Float64Array | null {
    const [first] = this.#examples
    const hint = first ? numberHint(first.text, this.decimalComma) : null
    // Marks at the end of every line part off a column that is not there.
    if (!wanted && this.#isUnfilled && /^column \d+$/.test(this.name)) return null
    if (!wanted && (this.#numbers === 0 || this.#rejected > 9 * this.#numbers)) {
      const found = first ? `: line ${first.line} has ${JSON.stringify(first.text)}` : ''
      findings.warn(
        `Column ${this.name} holds no numbers, or hardly any; it was left out${found}. ${hint ?? 'If it tells series apart, name it with --series.'}`,
      )
      return null
    }
    if (this.#commas > 0) findings.warn(`Column ${this.name} has decimal commas: ${this.#commasText()}`)
    if (hint !== null) findings.warn(hint)
    findings.rejectMany(this.#rejected, this.#examples)
    return this.#values.values()
  }

  get #isUnfilled(): boolean {
    return this.#numbers === 0 && this.#rejected === 0
  }

  #commasText(): string {
    const point = this.#point
    return point === null
      ? '1,5 was read as 1.5.'
      : `1,5 was read as 1.5, and so was the point in line ${point.line}, ${point.text}. If that parts thousands, take it out of the file.`
  }
}
