import { pinMessage, promotionMessage, rejectionMessage } from '#shared/contracts/promotion'
import type { PromotionCause } from '#shared/promotion/promotion-cause'
import type { WeightsDecision } from './responses.js'

/** The schema stands first; a weights version, which may be megabytes, is not looked at further. */
const START_BYTES = 40

/** What was decided on weights, in the form in which it is shown; null for any other record, and one that cannot be read. */
export function readDecision(value: Uint8Array): WeightsDecision | null {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  const start = bytes.toString('latin1', 0, START_BYTES)
  const kind = /^\{"schema":"foretide\.(promotion|rejection|pin)\//.exec(start)?.[1]
  if (kind === undefined) return null
  try {
    const json: unknown = JSON.parse(bytes.toString('utf8'))
    if (kind === 'pin') {
      const { version, time, by } = pinMessage.parse(json)
      return { kind: version === null ? 'unpinned' : 'pinned', version, champion: null, time, by }
    }
    const schema = kind === 'promotion' ? promotionMessage : rejectionMessage
    const { version, time, evidence, cause, hand } = schema.parse(json)
    const champion = evidence.champion ?? null
    // Beside a pin of what serves, and beside the end of a pin, stands a promotion that changes nothing.
    if (cause === 'unpin' || (cause === 'pin' && champion === version)) return null
    return { kind: wordFor(kind, cause), version, champion, time, by: hand?.by ?? null }
  } catch {
    return null
  }
}

function wordFor(kind: string, cause: PromotionCause | undefined): WeightsDecision['kind'] {
  if (kind === 'rejection') return 'rejected'
  if (cause === 'pin') return 'pinned'
  return cause === 'rollback' ? 'rolled back' : 'promoted'
}
