import { isUtf8 } from 'node:buffer'
import { DEAD_LETTER_HEADERS } from '#shared/contracts/dead-letter-headers'
import { lastHeader } from '#shared/log/last-header'
import type { LogRecord } from '#shared/log/port'
import { printable } from '#shared/telemetry/structured-log'

/** As much of a record's text as a line shows. */
const TEXT_MAX = 120

export const DEAD_LETTER_HEADING = [
  'record'.padEnd(16),
  'reason'.padEnd(16),
  'what it said, and why it is none',
].join('  ')

/** A dead letter as people and programs read it: where the record stood, why it was refused, what it held. */
export interface ReadDeadLetter {
  readonly topic: string
  readonly partition: number
  readonly offset: string
  readonly reason: string
  readonly message: string
  /** Empty where it is not known. */
  readonly series: string
  readonly key: string | null
  readonly value: string | null
  /** The bytes, where they are no UTF-8. */
  readonly valueBase64?: string
}

export function readDeadLetter({ key, value, headers }: LogRecord): ReadDeadLetter {
  const header = (name: string) => lastHeader(headers, name) ?? ''
  return {
    topic: header(DEAD_LETTER_HEADERS.topic),
    partition: Number(header(DEAD_LETTER_HEADERS.partition)),
    offset: header(DEAD_LETTER_HEADERS.offset),
    reason: header(DEAD_LETTER_HEADERS.reason),
    message: header(DEAD_LETTER_HEADERS.message),
    series: header(DEAD_LETTER_HEADERS.series),
    key: textOf(key),
    value: textOf(value),
    ...(value !== null && !isUtf8(value) ? { valueBase64: Buffer.from(value).toString('base64') } : {}),
  }
}

/** One dead letter in one line. */
export function deadLetterLine({ partition, offset, reason, message, value }: ReadDeadLetter): string {
  const text = value ?? '(no value)'
  const shown = text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}…` : text
  const place = `${partition}, ${offset}`
  return [place.padEnd(16), reason.padEnd(16), `${printable(shown)}  (${printable(message)})`].join('  ')
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('utf8')
}
