import {
  asyncBufferFromFile,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { FeedUnreadableError } from './feed-errors.js'
import type { SourceRow, SourceRows } from './source-rows.js'

/** Rows that are turned from columns at once: a row group may hold millions. */
const blockRows = 50_000

/** Open a Parquet file; its timestamps without a zone are taken as UTC. */
export async function readParquet(path: string): Promise<SourceRows> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file).catch((cause: unknown) => {
    throw new FeedUnreadableError(`${path} is no readable Parquet file: ${(cause as Error).message}.`, {
      cause,
    })
  })
  const columns = parquetSchema(metadata).children.map(({ element }) => element.name)
  return { columns, decimalComma: false, blocks: rowBlocks(path, file, metadata, columns) }
}

async function* rowBlocks(
  path: string,
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
  metadata: FileMetaData,
  columns: readonly string[],
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
    const whole = columns.map((name) => joined(cells.get(name) ?? []))
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
