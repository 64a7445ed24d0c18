import { type ColumnRoles, chooseColumns } from './choose-columns.js'
import { isTimeName } from './choose-time.js'
import type { EventTable } from './event-table.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import type { FindingsLog } from './findings-log.js'
import { GrowingColumn, type ReadingBudget } from './growing-column.js'
import { areRowNumbers } from './row-numbers.js'
import type { RowTimes } from './row-times.js'
import type { SourceRow, SourceRows } from './source-rows.js'
import { TimeColumn } from './time-column.js'
import { ValueColumn } from './value-column.js'

export interface GatheredColumns {
  readonly table: EventTable
  /** Columns that hold no numbers and say no time: they may tell series apart. */
  readonly names: readonly string[]
}

/** Gather the events of a wide or long source. @throws FeedUnreadableError */
export async function gatherColumns(
  file: string,
  source: SourceRows,
  options: FeedOptions,
  rowTimes: RowTimes,
  budget: ReadingBudget,
  findings: FindingsLog,
): Promise<GatheredColumns> {
  let gathering: Gathering | null = null
  for await (const block of source.blocks) {
    gathering ??= new Gathering(
      source,
      chooseColumns(file, source.columns, block, options),
      options,
      findings,
    )
    for (const row of block) budget.spend(gathering.take(row))
  }
  if (gathering === null) {
    throw new FeedUnreadableError(`${file} has columns and not a single row: there is nothing to feed.`)
  }
  const table = gathering.table(rowTimes)
  return { table, names: gathering.leftOut }
}

class Gathering {
  readonly #time: TimeColumn | null
  readonly #values = new Map<number, ValueColumn>()
  readonly #covariates: ReadonlyMap<number, ValueColumn>
  readonly #seriesOf = new GrowingColumn()
  readonly #names = new Map<string, number>()
  readonly #skipped: Set<number>
  /** Names of columns that were found to hold no numbers. */
  readonly leftOut: string[] = []
  #rows = 0
  #known = 0

  constructor(
    private readonly source: SourceRows,
    private readonly roles: ColumnRoles,
    options: FeedOptions,
    private readonly findings: FindingsLog,
  ) {
    const { time, series, covariates } = roles
    const { columns, decimalComma } = source
    this.#covariates = new Map(
      covariates.map((index) => [index, new ValueColumn(columns[index]!, decimalComma, 0)]),
    )
    this.#time = time && new TimeColumn(time.columns.map((index) => columns[index]).join('+'), options)
    if (time?.why !== undefined) findings.warn(time.why)
    this.#skipped = new Set([...(time?.columns ?? []), ...(series === null ? [] : [series]), ...covariates])
  }

  /** @returns how many cells of memory the row takes */
  take({ line, cells }: SourceRow): number {
    const { series, time } = this.roles
    if (series !== null) {
      const name = String(cells[series] ?? '').trim()
      if (name === '') {
        this.findings.reject(line, this.source.columns[series]!, cells[series])
        return 0
      }
      if (!this.#names.has(name)) this.#names.set(name, this.#names.size)
      this.#seriesOf.push(this.#names.get(name)!)
    }
    if (cells.length > this.source.columns.length) {
      this.findings.warn('Some lines have more cells than the header has columns; the surplus was left out.')
    }
    this.#meetColumns()
    if (time !== null) this.#time!.push(time.join(time.columns.map((index) => cells[index])), line)
    for (const columns of [this.#values, this.#covariates])
      for (const [index, column] of columns) column.push(cells[index], line)
    this.#rows++
    return this.#values.size + this.#covariates.size
  }

  table(rowTimes: RowTimes): EventTable {
    const times = this.#time?.resolve(this.findings) ?? this.#countedTimes(rowTimes)
    const wanted = this.roles.value !== null
    const numbers = [...this.#values.values()].flatMap((column) => {
      const values = column.resolve(this.findings, wanted)
      if (values === null) this.leftOut.push(column.name)
      return values === null ? [] : [{ name: column.name, values }]
    })
    const columns = wanted ? numbers : this.#withoutRowNumbers(numbers)
    const covariates = [...this.#covariates.values()].map((column) => ({
      name: column.name,
      values: column.resolve(this.findings, true)!,
    }))
    return this.roles.layout === 'wide'
      ? wideTable(times, columns, covariates)
      : this.#longTable(times, columns, covariates)
  }

  /** Columns may appear as JSON lines go on. */
  #meetColumns(): void {
    const { columns, decimalComma } = this.source
    for (; this.#known < columns.length; this.#known++) {
      const index = this.#known
      const name = columns[index]!
      if (this.#skipped.has(index)) continue
      if (this.roles.value !== null && this.roles.value !== index) continue
      if (this.roles.time === null && isTimeName(name)) {
        this.findings.warn(`Rows are counted, so column ${name} was left out.`)
        continue
      }
      this.#values.set(index, new ValueColumn(name, decimalComma, this.#rows))
    }
  }

  /** Where there is something else, what only counts the rows is no series. */
  #withoutRowNumbers(columns: readonly NamedColumn[]): readonly NamedColumn[] {
    const readings = columns.filter(({ name, values }) => !areRowNumbers(name, values))
    if (readings.length === 0) return columns
    for (const { name } of columns.filter((column) => !readings.includes(column))) {
      this.findings.warn(
        `Column ${name} numbers the rows; it was left out. If it is a reading, give it another name.`,
      )
    }
    return readings
  }

  #countedTimes(rowTimes: RowTimes): Float64Array {
    const counts = new Map<number, number>()
    return Float64Array.from({ length: this.#rows }, (_, row) => {
      const series = this.roles.series === null ? 0 : this.#seriesOf.at(row)
      const count = counts.get(series) ?? 0
      counts.set(series, count + 1)
      return rowTimes.startMs + count * rowTimes.cadenceMs
    })
  }

  #longTable(
    times: Float64Array,
    columns: readonly NamedColumn[],
    covariates: readonly NamedColumn[],
  ): EventTable {
    const timesMs = new GrowingColumn()
    const seriesOf = new GrowingColumn()
    const values = new GrowingColumn()
    const covariateValues = new GrowingColumn()
    for (let row = 0; row < times.length; row++) {
      if (Number.isNaN(times[row]!) || columns.every((column) => Number.isNaN(column.values[row]!))) continue
      timesMs.push(times[row]!)
      seriesOf.push(this.#seriesOf.at(row))
      for (const column of columns) values.push(column.values[row]!)
      for (const column of covariates) covariateValues.push(column.values[row]!)
    }
    return {
      series: [...this.#names.keys()],
      channels: columns.length > 1 ? columns.map(({ name }) => name) : [],
      timesMs: timesMs.values(),
      seriesOf: Uint32Array.from(seriesOf.values()),
      values: values.values(),
      ...covariateTable(covariates, covariateValues),
    }
  }
}

interface NamedColumn {
  readonly name: string
  readonly values: Float64Array
}

function wideTable(
  times: Float64Array,
  columns: readonly NamedColumn[],
  covariates: readonly NamedColumn[],
): EventTable {
  const timesMs = new GrowingColumn()
  const seriesOf = new GrowingColumn()
  const values = new GrowingColumn()
  const covariateValues = new GrowingColumn()
  for (let row = 0; row < times.length; row++) {
    if (Number.isNaN(times[row]!)) continue
    for (let c = 0; c < columns.length; c++) {
      const value = columns[c]!.values[row]!
      if (Number.isNaN(value)) continue
      timesMs.push(times[row]!)
      seriesOf.push(c)
      values.push(value)
      for (const covariate of covariates) covariateValues.push(covariate.values[row]!)
    }
  }
  return {
    series: columns.map(({ name }) => name),
    channels: [],
    timesMs: timesMs.values(),
    seriesOf: Uint32Array.from(seriesOf.values()),
    values: values.values(),
    ...covariateTable(covariates, covariateValues),
  }
}

/** @param values of one event after the other */
function covariateTable(
  covariates: readonly NamedColumn[],
  values: GrowingColumn,
): Pick<EventTable, 'covariates'> {
  if (covariates.length === 0) return {}
  return { covariates: { names: covariates.map(({ name }) => name), values: values.values() } }
}
