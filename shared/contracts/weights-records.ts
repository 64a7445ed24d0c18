import type { NewRecord } from '#shared/log/port'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { PromotionMessage } from './promotion.js'
import { encodeWeights } from './weights.js'

const utf8 = new TextEncoder()

/** A weights version as a challenger. Versions have keys of their own, so that compaction keeps them all. */
export function weightsRecord(weights: RecurrentWeights): NewRecord {
  const { version, trainedToMs } = weights.manifest
  return {
    partition: 0,
    key: utf8.encode(`version:${version}`),
    value: encodeWeights(weights),
    headers: [],
    timestamp: trainedToMs ?? 0,
  }
}

/** The decision that a version serves from now on, with its evidence. */
export function promotionRecord(weights: RecurrentWeights, streamTimeMs: number): NewRecord {
  const { version, heldBack } = weights.manifest
  const message: PromotionMessage = {
    schema: 'foretide.promotion/1',
    version,
    time: new Date(streamTimeMs).toISOString(),
    evidence: {
      heldBackLoss: heldBack?.loss ?? 0,
      servingLoss: heldBack?.servingLoss ?? 0,
      naiveLoss: heldBack?.naiveLoss ?? 0,
    },
  }
  return {
    partition: 0,
    key: utf8.encode(`promotion:${version}`),
    value: utf8.encode(JSON.stringify(message)),
    headers: [],
    timestamp: streamTimeMs,
  }
}
