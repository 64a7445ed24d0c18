import { InvalidArgumentError } from 'commander'
import type { Place } from '#services/replayer/replay-range'

export type { Place }

/** A whole number is an offset; anything else has to be a time. */
export function parsePlace(text: string): Place {
  if (/^\d{1,15}$/.test(text)) return { offset: Number(text) }
  const timeMs = parseTime(text)
  if (timeMs !== null) return { timeMs }
  throw new InvalidArgumentError('must be an offset, or a time such as 2026-01-05T10:00Z.')
}

/** A day, or a time of one; in UTC where no zone is given. null for anything else. */
export function parseTime(text: string): number | null {
  const [, day, clock = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?))?(Z|[+-]\d\d:?\d\d)?$/i.exec(text.trim()) ??
    []
  const timeMs = day === undefined ? Number.NaN : Date.parse(`${day}T${clock}${zone.toUpperCase()}`)
  return Number.isNaN(timeMs) ? null : timeMs
}
