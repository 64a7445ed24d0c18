import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FeedUnreadableError } from './feed-errors.js'
import type { FindingsLog } from './findings-log.js'
import { nameColumns } from './name-columns.js'
import type { SourceRow, SourceRows } from './source-rows.js'

/** Rows that are turned from columns at once: a row group may hold millions. */
const blockRows = 50_000

/** One number or text of a row: the names that lead to it, from the column of the file down. */
type Path = readonly string[]

/**
 * Open a Parquet file; its timestamps without a zone are taken as UTC. Fields of a struct become `parent.field`, those of
 * `values` keep their own name, as in JSON lines; lists and maps stay one column.
 */
export async function readParquet(path: string, findings: FindingsLog): Promise<SourceRows> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    // The library notices a footer of the wrong size; one that holds nonsense makes it stumble somewhere.
    const stumbled = cause instanceof TypeError || cause instanceof RangeError
    const why = stumbled ? 'its footer is damaged' : (cause as Error).message
    throw new FeedUnreadableError(`${path} is no readable Parquet file: ${why}.`, { cause })
  })
  const paths = parquetSchema(metadata).children.flatMap((column) => leavesOf(column))
  const names = paths.map((path) =>
    (path[0] === 'values' && path.length > 1 ? path.slice(1) : path).join('.'),
  )
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) {
    throw new FeedUnreadableError(
      `${path} has several columns called "${twice}", which cannot be told apart: rename all but one.`,
    )
  }
  const columns = nameColumns(names, findings)
  return { columns, decimalComma: false, blocks: rowBlocks(path, file, metadata, paths) }
}

async function* rowBlocks(
  path: string,
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
  metadata: FileMetaData,
  paths: readonly Path[],
): AsyncGenerator<SourceRow[]> {
  let start = 0
  for (const group of metadata.row_groups) {
    const end = start + Number(group.num_rows)
    const cells = new Map<string, ArrayLike<unknown>[]>()
    await parquetRead({
      file,
      metadata,
      compressors,
      rowStart: start,
      rowEnd: end,
      onChunk({ columnName, columnData }) {
        cells.set(columnName, [...(cells.get(columnName) ?? []), columnData])
      },
    }).catch((cause: unknown) => {
      throw new FeedUnreadableError(`${path} cannot be decoded: ${(cause as Error).message}.`, { cause })
    })
    const columns = new Map([...cells].map(([name, chunks]) => [name, joined(chunks)]))
    const whole = paths.map(([name]) => columns.get(name!) ?? [])
    for (let from = start; from < end; from += blockRows) {
      const to = Math.min(from + blockRows, end)
      const offset = start
      yield Array.from({ length: to - from }, (_, i) => ({
        line: from + i + 1,
        cells: whole.map((column, c) => leafOf(column[from - offset + i], paths[c]!)),
      }))
    }
    start = end
  }
}

function joined(chunks: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  return chunks.length === 1 ? chunks[0]! : chunks.flatMap((chunk) => Array.from(chunk))
}

function leavesOf({ element, children }: SchemaTree, above: Path = []): Path[] {
  const path = [...above, element.name]
  const isList = element.converted_type !== undefined || element.logical_type !== undefined
  const repeats = element.repetition_type === 'REPEATED'
  if (children.length === 0 || isList || repeats) return [path]
  return children.flatMap((child) => leavesOf(child, path))
}

function leafOf(cell: unknown, path: Path): unknown {
  let leaf = cell
  for (let depth = 1; depth < path.length; depth++) {
    leaf = (leaf as Readonly<Record<string, unknown>> | null | undefined)?.[path[depth]!]
  }
  return leaf
}
