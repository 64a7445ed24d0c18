import { parseDuration } from '#shared/configuration/duration'
import { FeedUnreadableError } from './feed-errors.js'
import type { FeedOptions } from './feed-options.js'
import { parseTime } from './parse-time.js'

/** Times of rows that are counted: row n is at start + n × cadence. */
export interface RowTimes {
  readonly startMs: number
  readonly cadenceMs: number
}

const hourMs = 3_600_000

/** What the options say of counted rows, with 2000-01-01 and an hour as defaults. @throws FeedUnreadableError */
export function rowTimesOf(options: FeedOptions): RowTimes {
  const startMs = parseTime(options.start ?? '2000-01-01', options.dayFirst)
  if (Number.isNaN(startMs)) {
    throw new FeedUnreadableError(
      `--start ${options.start} is no time; write it as 2000-01-31 or 2000-01-31T06:00.`,
    )
  }
  return { startMs, cadenceMs: cadenceOf(options) ?? hourMs }
}

/** The cadence asked for, or undefined. @throws FeedUnreadableError when it is no duration */
export function cadenceOf({ cadence }: FeedOptions): number | undefined {
  if (cadence === undefined) return undefined
  const ms = parseDuration(cadence)
  if (ms !== null && ms > 0) return ms
  throw new FeedUnreadableError(`--cadence ${cadence} is no duration; write it as 15m, 1h, 1d, 1w or 1mo.`)
}
