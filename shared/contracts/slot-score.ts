import type { SlotScore } from '#shared/promotion/running-contest'
import type { ScoreMessage } from './score.js'

const text = new TextDecoder()

/**
 * What a contest, and the watch for drift, need of a score message; null for none, and for what is no score: a trainer that failed at it
 * would fail at it whenever it is started again.
 * @param value a record of the scores topic, which the forecaster alone should write
 */
export function readSlotScore(value: Uint8Array | null): SlotScore | null {
  const message = value && parse(value)
  if (!message) return null
  const { series, target, leads, weights, naive, experts, shadowWeights = [] } = message
  return {
    series,
    timeMs: Date.parse(target.time),
    leads,
    serving: weights,
    servingErrors: errors(experts.recurrent),
    naiveErrors: errors(naive),
    shadow: shadowWeights,
    shadowErrors: errors(experts.shadow),
  }
}

/** Read with care, but not against the whole schema: there are many. */
function parse(value: Uint8Array): ScoreMessage | null {
  try {
    const message = JSON.parse(text.decode(value)) as ScoreMessage
    const { schema, series, target, leads, weights, naive, experts, shadowWeights = [] } = message
    const lists = [leads, weights, naive, shadowWeights, ...Object.values(experts)].every(Array.isArray)
    const known = schema === 'foretide.score/1' && typeof series === 'string' && lists
    return known && Number.isFinite(Date.parse(target.time)) ? message : null
  } catch {
    return null
  }
}

function errors(list: readonly (number | null)[] | undefined): number[] {
  return (list ?? []).map((error) => error ?? Number.NaN)
}
