import { DecimalYears } from './decimal-years.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { type FindingsLog, textOf } from './findings-log.js'
import { GrowingColumn } from './growing-column.js'
import { isOrderOpen, parseCompactTime, parseTime } from './parse-time.js'
import type { Cell } from './source-rows.js'

const plainNumber = /^[+-]?\d+(\.\d+)?$/
const unitMs = { s: 1000, ms: 1, us: 0.001, ns: 0.000001 }

/**
 * Times of a file, read in one pass though what they mean is known only at its end: the unit of numbers and which of
 * day and month comes first are decided over the whole column.
 */
export class TimeColumn {
  /** [N] read month first; NaN where that is impossible, and for numbers. */
  readonly #monthFirst = new GrowingColumn()
  readonly #dayFirst = new GrowingColumn()
  /** [N] the numbers; NaN for texts. */
  readonly #numbers = new GrowingColumn()
  readonly #lines = new GrowingColumn()
  /** Texts that are no time either way, while there are few: so that the report can show them. */
  readonly #unread = new Map<number, string>()
  #onlyMonthFirst = 0
  #onlyDayFirst = 0
  #eitherWay = 0
  #isCompact = true
  readonly #years = new DecimalYears()
  #numberCount = 0
  #largest = 0

  constructor(
    private readonly name: string,
    private readonly options: FeedOptions,
  ) {}

  push(cell: Cell, line: number): void {
    this.#lines.push(line)
    const text = cell instanceof Date ? '' : String(cell ?? '').trim()
    if (cell instanceof Date) this.#pushTimes(cell.getTime(), cell.getTime())
    else if (plainNumber.test(text)) this.#pushNumber(text)
    else this.#pushText(text)
  }

  /**
   * [N] milliseconds since 1970; NaN where a cell is no time, which is reported.
   * @throws FeedUnreadableError when numbers are too small to be times since 1970 and no unit was given
   */
  resolve(findings: FindingsLog): Float64Array {
    const times = (this.#isDayFirst(findings) ? this.#dayFirst : this.#monthFirst).values().slice()
    const toMs = this.#numberCount > 0 ? this.#numberReader(findings) : null
    const examples = []
    let rejected = 0
    for (let i = 0; i < times.length; i++) {
      const number = this.#numbers.at(i)
      if (toMs !== null && !Number.isNaN(number)) times[i] = toMs(number)
      // ±8.64e15 is as far as Date reaches, and every later stage writes times as ISO 8601.
      if (Math.abs(times[i]!) <= 8.64e15) continue
      times[i] = Number.NaN
      rejected++
      if (examples.length < 5) {
        const text = this.#unread.get(i) ?? (Number.isNaN(number) ? '(not a time)' : String(number))
        examples.push({ line: this.#lines.at(i), column: this.name, text })
      }
    }
    findings.rejectMany(rejected, examples)
    return times
  }

  #pushText(text: string): void {
    const monthFirst = parseTime(text, false)
    const dayFirst = isOrderOpen(text) ? parseTime(text, true) : monthFirst
    if (Number.isNaN(monthFirst) && Number.isNaN(dayFirst)) {
      if (this.#unread.size < 5) this.#unread.set(this.#lines.length - 1, textOf(text))
    } else if (Number.isNaN(dayFirst)) this.#onlyMonthFirst++
    else if (Number.isNaN(monthFirst)) this.#onlyDayFirst++
    else if (monthFirst !== dayFirst) this.#eitherWay++
    this.#pushTimes(monthFirst, dayFirst)
  }

  #pushTimes(monthFirst: number, dayFirst: number): void {
    this.#monthFirst.push(monthFirst)
    this.#dayFirst.push(dayFirst)
    this.#numbers.push(Number.NaN)
  }

  #pushNumber(text: string): void {
    const value = Number(text)
    this.#monthFirst.push(Number.NaN)
    this.#dayFirst.push(Number.NaN)
    this.#numbers.push(value)
    this.#numberCount++
    this.#largest = Math.max(this.#largest, Math.abs(value))
    this.#years.push(value)
    // Of the number, not of its text: a table that was once one of fractions has 1871.0 for a year.
    if (this.#isCompact) this.#isCompact = !Number.isNaN(parseCompactTime(String(value)))
  }

  #isDayFirst(findings: FindingsLog): boolean {
    if (this.options.dayFirst !== undefined) return this.options.dayFirst
    const decided = this.#onlyDayFirst > 0 || this.#onlyMonthFirst > 0
    if (!decided && this.#eitherWay > 0) {
      findings.warn(
        `Times in column ${this.name} fit month/day and day/month alike; they were read month first. If that is wrong, add --day-first.`,
      )
    }
    if (this.#onlyDayFirst > 0 && this.#onlyMonthFirst > 0) {
      findings.warn(
        `Column ${this.name} mixes month/day and day/month; the commoner was taken and the others were rejected.`,
      )
    }
    return this.#onlyDayFirst > this.#onlyMonthFirst
  }

  #numberReader(findings: FindingsLog): (value: number) => number {
    const { timeUnit } = this.options
    if (timeUnit === undefined && this.#isCompact) return (value) => parseCompactTime(String(value))
    if (timeUnit === undefined && this.#years.areYears) {
      findings.warn(`Times in column ${this.name} were read as years with a fraction, such as 1949.083.`)
      return (value) => this.#years.timeOf(value)
    }
    const factor = unitMs[timeUnit ?? this.#unitByMagnitude()]
    return (value) => Math.round(value * factor)
  }

  /** Ten or eleven digits are seconds, thirteen or so milliseconds: from 1973 on (or before 1967) they do not overlap. */
  #unitByMagnitude(): keyof typeof unitMs {
    if (this.#largest >= 1e17) return 'ns'
    if (this.#largest >= 1e14) return 'us'
    if (this.#largest >= 1e11) return 'ms'
    if (this.#largest >= 1e8) return 's'
    throw new FeedUnreadableError(
      `Column ${this.name} holds numbers up to ${this.#largest}, too small for times since 1970: say --time-unit s (or ms), or --time row --cadence 1h to count rows instead.`,
    )
  }
}
