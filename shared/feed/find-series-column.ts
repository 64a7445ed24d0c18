import { countOf } from '#shared/words/count-of'
import type { EventTable } from './event-table.js'
import { FeedUnreadableError } from './feed-errors.js'
import type { FindingsLog } from './findings-log.js'
import { countRepeats } from './order-events.js'

/** A file as it was read with some options. */
export interface ReadFile {
  /** In event-time order. */
  readonly table: EventTable
  /** Columns that hold no numbers and say no time. */
  readonly names: readonly string[]
  readonly findings: FindingsLog
}

/** A file that was read with a series column, and a sentence that says why. */
export interface PartedFile {
  readonly file: ReadFile
  readonly why: string
}

/** Two series that stand together throughout repeat every second time. An hour that comes twice in autumn tells nothing. */
const REPEATS_MIN = 1 / 3
/** Where fewer of the repeats than this are left, the column tells series apart, and the rest are the file's own. */
const LEFT_MAX = 0.01
/** A text that differs in nearly every row is a remark, and the name of nothing. */
const READINGS_MIN = 3

/**
 * Read a file whose times repeat once more by the column of names that tells its series apart: the one with the fewest names after which hardly any time
 * repeats.
 * @param whole as it is read without a series column
 * @param readBy reads it with one
 * @returns null where hardly any time repeats, and where no column helps
 */
export async function findSeriesColumn(
  whole: ReadFile,
  readBy: (column: string) => Promise<ReadFile>,
): Promise<PartedFile | null> {
  const repeats = countRepeats(whole.table)
  if (repeats < REPEATS_MIN * whole.table.timesMs.length) return null
  let best: { readonly file: ReadFile; readonly column: string } | null = null
  for (const column of whole.names) {
    const file = await readBy(column).catch((error: unknown) => {
      // Not a single row has both a name and a reading.
      if (error instanceof FeedUnreadableError) return null
      throw error
    })
    if (file === null) continue
    const { series, timesMs } = file.table
    const isName =
      countRepeats(file.table) <= LEFT_MAX * repeats && timesMs.length >= READINGS_MIN * series.length
    if (isName && (best === null || series.length < best.file.table.series.length)) best = { file, column }
  }
  return (
    best && {
      file: best.file,
      why: `Times repeat, and column ${best.column} tells ${countOf(best.file.table.series.length, 'series', 'series')} apart, so it names them. For another reading of the file say --series, or --layout wide.`,
    }
  )
}
