import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { type OriginRow, TEXT_COLUMNS, TIME_COLUMNS, WHOLE_COLUMNS } from './origin-rows.js'
import type { OriginsSink } from './origins-sink.js'

/** Rows that gather in memory, about 15 MB, before they are compressed and written as one row group. */
const GROUP_ROWS = 50_000

/** Columns by the numbers, dates and texts that hyparquet-writer takes. */
class Columns {
  readonly texts: string[][] = TEXT_COLUMNS.map(() => [])
  readonly times: Date[][] = TIME_COLUMNS.map(() => [])
  readonly wholes: number[][] = WHOLE_COLUMNS.map(() => [])
  readonly numbers: number[][]
  rows = 0

  constructor(private readonly numberColumns: readonly string[]) {
    this.numbers = numberColumns.map(() => [])
  }

  add(row: OriginRow): void {
    this.rows++
    row.texts.forEach((text, c) => {
      this.texts[c]!.push(text)
    })
    row.times.forEach((time, c) => {
      this.times[c]!.push(new Date(time))
    })
    row.wholes.forEach((whole, c) => {
      this.wholes[c]!.push(whole)
    })
    row.numbers.forEach((number, c) => {
      this.numbers[c]!.push(number)
    })
  }

  data() {
    const named = <T>(names: readonly string[], columns: readonly T[]) =>
      names.map((name, c) => ({ name, data: columns[c]! }))
    return [
      ...named(TEXT_COLUMNS, this.texts),
      ...named(TIME_COLUMNS, this.times),
      ...named(WHOLE_COLUMNS, this.wholes),
      ...named(this.numberColumns, this.numbers),
    ]
  }
}

const required = (name: string, type: object) => ({ name, repetition_type: 'REQUIRED' as const, ...type })

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema']

function schemaOf(numberColumns: readonly string[]): Schema {
  const columns = [
    ...TEXT_COLUMNS.map((name) => required(name, { type: 'BYTE_ARRAY', converted_type: 'UTF8' })),
    ...TIME_COLUMNS.map((name) => required(name, { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' })),
    ...WHOLE_COLUMNS.map((name) => required(name, { type: 'INT32' })),
    ...numberColumns.map((name) => required(name, { type: 'DOUBLE' })),
  ]
  return [{ name: 'root', num_children: columns.length }, ...columns] as Schema
}

/**
 * Parquet, Snappy-compressed, a row group at a time.
 * @param numberColumns names of a row's numbers
 */
export function parquetSink(file: string, numberColumns: readonly string[]): OriginsSink {
  const schema = schemaOf(numberColumns)
  const writer = new ParquetWriter({ writer: fileWriter(file), schema, createdBy: 'foretide' })
  let columns = new Columns(numberColumns)
  const writeGroup = async () => {
    if (columns.rows === 0) return
    const full = columns
    columns = new Columns(numberColumns)
    await writer.write({ columnData: full.data(), rowGroupSize: full.rows })
  }
  return {
    add: (row) => columns.add(row),
    settle: async () => {
      if (columns.rows >= GROUP_ROWS) await writeGroup()
    },
    close: async () => {
      await writeGroup()
      await writer.finish()
    },
  }
}
