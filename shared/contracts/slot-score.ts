import type { SlotScore } from '#shared/promotion/running-contest'
import type { ScoreMessage } from './score.js'

const text = new TextDecoder()

/**
 * What a contest needs of a score message; null for one without a shadow.
 * @param value a record of the scores topic, which the forecaster alone writes
 */
export function readSlotScore(value: Uint8Array | null): SlotScore | null {
  if (!value) return null
  const message = JSON.parse(text.decode(value)) as ScoreMessage
  const { series, target, leads, weights, experts, shadowWeights } = message
  if (shadowWeights === undefined) return null
  return {
    series,
    timeMs: Date.parse(target.time),
    leads,
    serving: weights,
    servingErrors: errors(experts.recurrent),
    shadow: shadowWeights,
    shadowErrors: errors(experts.shadow),
  }
}

function errors(list: readonly (number | null)[] | undefined): number[] {
  return (list ?? []).map((error) => error ?? Number.NaN)
}
