/** A cell as a reader of some format gives it. */
export type Cell = unknown

export interface SourceRow {
  /** Line in the file, from 1; row for Parquet. */
  readonly line: number
  /** In the order of the columns; may be shorter. */
  readonly cells: readonly Cell[]
}

/** A file as rows of cells, whatever its format. */
export interface SourceRows {
  /** Names. JSON lines add to it while blocks are read: a later object may have a new field. */
  readonly columns: readonly string[]
  /** Whether `1,5` is one and a half. */
  readonly decimalComma: boolean
  /** Blocks of rows, as they are read. */
  readonly blocks: AsyncIterable<readonly SourceRow[]>
}
