import type { ContestDecision } from '#shared/learning/learner'
import type { NewRecord } from '#shared/log/port'
import type { PromotionCause } from '#shared/promotion/promotion-cause'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type {
  ContestMessage,
  ForgottenMessage,
  PinMessage,
  PromotionMessage,
  RejectionMessage,
} from './promotion.js'
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

/**
 * What has one version serve whatever contests say: the pin before the promotion, since one of what is not pinned counts for
 * nothing while another version is.
 * @param champion the version that serves
 * @param configured whether it is the configuration that pins
 */
export function pinRecords(
  { version, champion }: { readonly version: number; readonly champion: number },
  hand: ByHand,
  streamTimeMs: number,
  configured = false,
): NewRecord[] {
  return [
    pinRecord(version, hand, streamTimeMs, configured),
    promotionByHandRecord({ version, cause: 'pin', champion }, hand, streamTimeMs),
  ]
}

/** The end of a pin, with a promotion, since compaction takes away the pin that had the version serve. */
export function unpinRecords(
  { version, champion }: { readonly version: number; readonly champion: number },
  hand: ByHand,
  streamTimeMs: number,
  configured = false,
): NewRecord[] {
  return [
    promotionByHandRecord({ version, cause: 'unpin', champion }, hand, streamTimeMs),
    pinRecord(null, hand, streamTimeMs, configured),
  ]
}

/** One half of a pin, or of its end with null, which come with a promotion. */
export function pinRecord(
  version: number | null,
  { by, reason }: ByHand,
  streamTimeMs: number,
  configured = false,
): NewRecord {
  const time = new Date(streamTimeMs).toISOString()
  const message: PinMessage = {
    ...{ schema: 'foretide.pin/1', version, time, by, reason },
    ...(configured ? { configured } : {}),
  }
  return jsonRecord('pin', message, streamTimeMs)
}

/** That versions are no longer kept, which comes before their tombstones. */
export function forgottenRecord(versions: readonly number[], streamTimeMs: number): NewRecord {
  const time = new Date(Number.isFinite(streamTimeMs) ? streamTimeMs : 0).toISOString()
  const message: ForgottenMessage = { schema: 'foretide.forgotten/1', versions: [...versions], time }
  return jsonRecord('forgotten', message, Number.isFinite(streamTimeMs) ? streamTimeMs : 0)
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

/** The tombstone of a record of the weights topic. */
export function weightsTombstone(key: string): NewRecord {
  return { partition: 0, key: utf8.encode(key), value: null, headers: [], timestamp: 0 }
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
