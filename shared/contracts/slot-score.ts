import type { SlotScore } from '#shared/promotion/running-contest'
import type { ScoreMessage } from './score.js'

const text = new TextDecoder()

/**
 * What a contest, and the watch for drift, need of a score message; null for none.
 * @param value a record of the scores topic, which the forecaster alone writes
 */
export function readSlotScore(value: Uint8Array | null): SlotScore | null {
  if (!value) return null
  const message = JSON.parse(text.decode(value)) as ScoreMessage
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

function errors(list: readonly (number | null)[] | undefined): number[] {
  return (list ?? []).map((error) => error ?? Number.NaN)
}
