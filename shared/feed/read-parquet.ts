import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FeedUnreadableError } from './feed-errors.js'
import type { FindingsLog } from './findings-log.js'
import { nameColumns } from './name-columns.js'
import type { SourceRow, SourceRows } from './source-rows.js'

/** Rows that are turned from columns at once: a row group may hold millions. */
const blockRows = 50_000

/** Open a Parquet file; its timestamps without a zone are taken as UTC. */
export async function readParquet(path: string, findings: FindingsLog): Promise<SourceRows> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    // The library notices a footer of the wrong size; one that holds nonsense makes it stumble somewhere.
    const stumbled = cause instanceof TypeError || cause instanceof RangeError
    const why = stumbled ? 'its footer is damaged' : (cause as Error).message
    throw new FeedUnreadableError(`${path} is no readable Parquet file: ${why}.`, { cause })
  })
  const names = parquetSchema(metadata).children.map(({ element }) => element.name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) {
    throw new FeedUnreadableError(
      `${path} has several columns called "${twice}", which cannot be told apart: rename all but one.`,
    )
  }
  const columns = nameColumns(names, findings)
  return { columns, decimalComma: false, blocks: rowBlocks(path, file, metadata, names) }
}

async function* rowBlocks(
  path: string,
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
  metadata: FileMetaData,
  names: readonly string[],
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
    const whole = names.map((name) => joined(cells.get(name) ?? []))
    for (let from = start; from < end; from += blockRows) {
      const to = Math.min(from + blockRows, end)
      const offset = start
      yield Array.from({ length: to - from }, (_, i) => ({
        line: from + i + 1,
        cells: whole.map((column) => column[from - offset + i]),
      }))
    }
    start = end
  }
}

function joined(chunks: readonly ArrayLike<unknown>[]): ArrayLike<unknown> {
  return chunks.length === 1 ? chunks[0]! : chunks.flatMap((chunk) => Array.from(chunk))
}
