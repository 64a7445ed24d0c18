import { DEAD_LETTER_HEADERS } from '#shared/contracts/dead-letter-headers'
import { lastHeader } from '#shared/log/last-header'
import type { LogRecord, Offset } from '#shared/log/port'

/** What an outcome is about, as its headers tell it. */
export interface OutcomeIdentity {
  /** Of the input record that it belongs to. */
  readonly offset: Offset
  readonly text: string
}

/** Of a forecast, score or lifecycle record by its CloudEvents id, of a dead letter by where it came from. */
export function outcomeIdentity({ headers }: Pick<LogRecord, 'headers'>): OutcomeIdentity {
  const offset = lastHeader(headers, DEAD_LETTER_HEADERS.offset)
  if (offset !== null && lastHeader(headers, DEAD_LETTER_HEADERS.reason) !== null) {
    const series = lastHeader(headers, DEAD_LETTER_HEADERS.series)
    return { offset: Number(offset), text: `${offset}/${series}` }
  }
  const id = lastHeader(headers, 'ce_id') ?? ''
  return { offset: Number(id.split('/')[2] ?? Number.NaN), text: id }
}
