import type { ContestDecision } from '#shared/learning/learner'
import type { NewRecord } from '#shared/log/port'
import type { PromotionCause } from '#shared/promotion/promotion-cause'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { ContestMessage, PinMessage, PromotionMessage, RejectionMessage } from './promotion.js'
import { encodeWeights } from './weights.js'

const utf8 = new TextEncoder()

/**
 * A weights version as a challenger. Versions have keys of their own, so that compaction keeps them all.
 * @param place told apart from another record that takes the same number at the same moment: of the two the first counts
 */
export function weightsRecord(weights: RecurrentWeights, place?: string): NewRecord {
  const { version, trainedToMs } = weights.manifest
  return {
    partition: 0,
    key: utf8.encode(place === undefined ? `version:${version}` : `version:${version}:${place}`),
    value: encodeWeights(weights),
    headers: [],
    timestamp: trainedToMs ?? 0,
  }
}

/** The verdict on a challenger, with its evidence: that it serves from now on, or that it does not. */
export function verdictRecord(
  { kind, weights, champion, evidence }: ContestDecision,
  streamTimeMs: number,
  cause: PromotionCause = 'contest',
): NewRecord {
  const { version, heldBack } = weights.manifest
  const message: PromotionMessage | RejectionMessage = {
    schema: kind === 'promote' ? 'foretide.promotion/1' : 'foretide.rejection/1',
    version,
    time: new Date(streamTimeMs).toISOString(),
    evidence: { ...lossesOf(heldBack), champion, ...evidence },
    ...(kind === 'promote' ? { cause } : {}),
  }
  const name = kind === 'promote' ? 'promotion' : 'rejection'
  return jsonRecord(`${name}:${version}`, message, streamTimeMs)
}

/** What an operator says beside the decision itself. */
export interface ByHand {
  readonly by: string
  readonly reason: string | null
}

/** That a version serves from now on because an operator wants it. */
export function promotionByHandRecord(
  { version, cause, champion }: { version: number; cause: PromotionCause; champion: number },
  hand: ByHand,
  streamTimeMs: number,
): NewRecord {
  const time = new Date(streamTimeMs).toISOString()
  const { by, reason } = hand
  const message: PromotionMessage = {
    ...{ schema: 'foretide.promotion/1', version, time, evidence: { champion }, cause, hand: { by, reason } },
  }
  return jsonRecord(`promotion:${version}`, message, streamTimeMs)
}

/** That one version serves whatever contests say, or with null that this is over. */
export function pinRecord(version: number | null, { by, reason }: ByHand, streamTimeMs: number): NewRecord {
  const time = new Date(streamTimeMs).toISOString()
  const message: PinMessage = { schema: 'foretide.pin/1', version, time, by, reason }
  return jsonRecord('pin', message, streamTimeMs)
}

/** The contest as it stands. */
export function contestRecord(contest: SavedRunningContest, streamTimeMs: number): NewRecord {
  const message: ContestMessage = {
    schema: 'foretide.contest/1',
    champion: contest.champion,
    challenger: contest.challenger,
    contest: {
      ...contest.contest,
      better: [...contest.contest.better],
      worse: [...contest.contest.worse],
    },
    closedTo: contest.closedTo,
    from: [...contest.from],
  }
  return jsonRecord('contest', message, streamTimeMs)
}

function lossesOf(heldBack: RecurrentWeights['manifest']['heldBack']) {
  if (heldBack === null) return {}
  const { loss, servingLoss, naiveLoss } = heldBack
  return { heldBackLoss: loss, servingLoss, naiveLoss }
}

function jsonRecord(key: string, message: unknown, timestamp: number): NewRecord {
  const value = utf8.encode(JSON.stringify(message))
  return { partition: 0, key: utf8.encode(key), value, headers: [], timestamp }
}
