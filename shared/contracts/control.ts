import { z } from 'zod'
import type { NewRecord } from '#shared/log/port'
import type { ControlRecord } from '#shared/pipeline/control-requests'

/** An operator marks a span of event time that must not be learned from: a record of the control topic. */
const exclusionMessage = z
  .strictObject({
    schema: z.literal('foretide.exclusion/1'),
    id: z.string().min(1).max(200),
    /** null: all of them. */
    series: z.string().min(1).nullable(),
    from: z.iso.datetime(),
    /** The first moment after it. */
    to: z.iso.datetime(),
    /** Who asks, such as `ada@control-room`, when and why. */
    by: z.string(),
    time: z.iso.datetime(),
    reason: z.string().nullable(),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), 'must end after it begins')

/** An operator has states computed anew without what is marked: a record of the control topic. */
const rewindMessage = z.strictObject({
  schema: z.literal('foretide.rewind/1'),
  id: z.string().min(1).max(200),
  /** Go back to the last snapshot before this time; null: before the first marked span that states have learned from. */
  before: z.iso.datetime().nullable(),
  by: z.string(),
  time: z.iso.datetime(),
  reason: z.string().nullable(),
})

export type ExclusionMessage = z.infer<typeof exclusionMessage>
export type RewindMessage = z.infer<typeof rewindMessage>

const utf8 = new TextEncoder()
const text = new TextDecoder()
const EXCLUSION_KEY = 'exclusion:'

export function exclusionRecord(message: ExclusionMessage): NewRecord {
  return record(EXCLUSION_KEY + message.id, message)
}

/** The tombstone that takes a mark back. @param timestamp milliseconds since 1970 */
export function noExclusionRecord(id: string, timestamp: number): NewRecord {
  return { partition: 0, key: utf8.encode(EXCLUSION_KEY + id), value: null, headers: [], timestamp }
}

export function rewindRecord(message: RewindMessage): NewRecord {
  return record('rewind', message)
}

/** @returns the message of an exclusion, or null for any other record, and for one that cannot be read */
export function readExclusion(value: Uint8Array | null): ExclusionMessage | null {
  return parsed(exclusionMessage, value)
}

/** What a record of the control topic says; null for one that cannot be read. */
export function readControlRecord(key: Uint8Array | null, value: Uint8Array | null): ControlRecord | null {
  const name = key ? text.decode(key) : ''
  if (value === null) {
    return name.startsWith(EXCLUSION_KEY) ? { kind: 'include', id: name.slice(EXCLUSION_KEY.length) } : null
  }
  const exclusion = readExclusion(value)
  if (exclusion) {
    const { id, series, from, to } = exclusion
    return { kind: 'exclude', id, span: { series, fromMs: Date.parse(from), toMs: Date.parse(to) } }
  }
  const rewind = parsed(rewindMessage, value)
  return rewind && { kind: 'rewind', beforeMs: rewind.before === null ? null : Date.parse(rewind.before) }
}

function parsed<T>(schema: z.ZodType<T>, value: Uint8Array | null): T | null {
  if (value === null) return null
  try {
    return schema.safeParse(JSON.parse(text.decode(value))).data ?? null
  } catch {
    return null
  }
}

function record(key: string, message: { readonly time: string }): NewRecord {
  const value = utf8.encode(JSON.stringify(message))
  return { partition: 0, key: utf8.encode(key), value, headers: [], timestamp: Date.parse(message.time) }
}
