import type { ContestDecision } from '#shared/learning/learner'
import type { NewRecord } from '#shared/log/port'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { ContestMessage, PromotionMessage, RejectionMessage } from './promotion.js'
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

/** The verdict on a challenger, with its evidence: that it serves from now on, or that it does not. */
export function verdictRecord(
  { kind, weights, champion, evidence }: ContestDecision,
  streamTimeMs: number,
): NewRecord {
  const { version, heldBack } = weights.manifest
  const message: PromotionMessage | RejectionMessage = {
    schema: kind === 'promote' ? 'foretide.promotion/1' : 'foretide.rejection/1',
    version,
    time: new Date(streamTimeMs).toISOString(),
    evidence: {
      heldBackLoss: heldBack?.loss ?? 0,
      servingLoss: heldBack?.servingLoss ?? 0,
      naiveLoss: heldBack?.naiveLoss ?? 0,
      champion,
      ...evidence,
    },
  }
  const name = kind === 'promote' ? 'promotion' : 'rejection'
  return jsonRecord(`${name}:${version}`, message, streamTimeMs)
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

function jsonRecord(key: string, message: unknown, timestamp: number): NewRecord {
  const value = utf8.encode(JSON.stringify(message))
  return { partition: 0, key: utf8.encode(key), value, headers: [], timestamp }
}
