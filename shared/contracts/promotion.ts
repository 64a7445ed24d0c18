import { z } from 'zod'
import { PROMOTION_CAUSES } from '#shared/promotion/promotion-cause'

const finite = z.number().refine(Number.isFinite, 'must be finite')

/**
 * What a verdict on a challenger rests on: its loss on held-back data, and its contest with the champion on live scores.
 * What an operator decides needs neither.
 */
const evidence = z.strictObject({
  heldBackLoss: finite.optional(),
  servingLoss: finite.optional(),
  naiveLoss: finite.optional(),
  /** The version that served. */
  champion: z.int().nonnegative().optional(),
  /** Blocks of live scores. */
  blocks: z.int().nonnegative().optional(),
  /** Mean of (champion's error − challenger's) / (their sum) over the blocks. */
  difference: finite.optional(),
  /** E-values of "the challenger is better" and "the challenger is worse". */
  better: finite.optional(),
  worse: finite.optional(),
})

/** Who decided by hand, such as `ada@control-room`, and why. */
const byHand = { by: z.string().min(1), reason: z.string().nullable() }

/** What was decided on a weights version, and why: a record of the weights topic. */
export const promotionMessage = z.strictObject({
  schema: z.literal('foretide.promotion/1'),
  version: z.int().nonnegative(),
  /** Stream time of the decision. */
  time: z.iso.datetime(),
  evidence,
  /** A contest, where nothing is said. */
  cause: z.enum(PROMOTION_CAUSES).optional(),
  /** Of what an operator decided. */
  hand: z.strictObject(byHand).optional(),
})

/** The same for a challenger that did not prove better. */
export const rejectionMessage = promotionMessage.extend({ schema: z.literal('foretide.rejection/1') })

/** The contest as it stands, written as its evidence grows: a record of the weights topic that replaces the one before. */
export const contestMessage = z.strictObject({
  schema: z.literal('foretide.contest/1'),
  champion: z.int().nonnegative(),
  challenger: z.int().nonnegative(),
  contest: z.strictObject({
    blocks: z.int().nonnegative(),
    sum: finite,
    better: z.array(finite),
    worse: z.array(finite),
  }),
  closedTo: z.int().nullable(),
  from: z.array(z.int().nonnegative()),
})

/** One version serves, whatever contests say; null takes that back: a record that replaces the one before. */
export const pinMessage = z.strictObject({
  schema: z.literal('foretide.pin/1'),
  version: z.int().nonnegative().nullable(),
  /** Stream time. */
  time: z.iso.datetime(),
  ...byHand,
  /** It is the configuration that pins, until a forecaster starts with one that does not, and then that this is over. */
  configured: z.literal(true).optional(),
})

/** Versions that are no longer kept, from this record on: one that replaces the one before. Tombstones for them follow it. */
export const forgottenMessage = z.strictObject({
  schema: z.literal('foretide.forgotten/1'),
  versions: z.array(z.int().positive()),
  /** Stream time. */
  time: z.iso.datetime(),
})

export type ForgottenMessage = z.infer<typeof forgottenMessage>
export type PinMessage = z.infer<typeof pinMessage>
export type PromotionMessage = z.infer<typeof promotionMessage>
export type RejectionMessage = z.infer<typeof rejectionMessage>
export type ContestMessage = z.infer<typeof contestMessage>
