import { z } from 'zod'
import type { NewRecord } from '#shared/log/port'
import { type Decision, WEIGHTS_DECISION_KINDS } from '#shared/pipeline/decision'
import { CorruptStateError } from './series-state.js'

const schema = z.literal('foretide.decision/1')
const offset = z.int().gte(-1)
const span = z.strictObject({ series: z.string().nullable(), fromMs: z.number(), toMs: z.number() })

/** A record of the decisions topic. */
const decisionMessage = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ schema, offset, kind: z.enum(WEIGHTS_DECISION_KINDS) },
    ...{ version: z.int().nonnegative(), influence: offset },
  }),
  z.strictObject({
    ...{ schema, offset, kind: z.enum(['exclude', 'include']) },
    ...{ id: z.string(), span: span.nullable(), request: offset },
  }),
  z.strictObject({
    ...{ schema, offset, kind: z.literal('rewind') },
    ...{ until: offset, spans: z.array(span), request: offset },
  }),
])

export function decisionRecord(partition: number, decision: Decision): NewRecord {
  const value = { schema: 'foretide.decision/1', ...decision }
  return {
    ...{ partition, headers: [], timestamp: 0 },
    key: new TextEncoder().encode(String(decision.offset)),
    value: new TextEncoder().encode(JSON.stringify(value)),
  }
}

/** @throws CorruptStateError */
export function readDecisionRecord(value: Uint8Array): Decision {
  try {
    const { schema: _, ...decision } = decisionMessage.parse(JSON.parse(new TextDecoder().decode(value)))
    return decision
  } catch (cause) {
    throw new CorruptStateError('a decision in the log cannot be read', { cause })
  }
}
