import { z } from 'zod'

/** What the trainer decided on a weights version, and why: a record of the weights topic. */
export const promotionMessage = z.strictObject({
  schema: z.literal('foretide.promotion/1'),
  version: z.int().positive(),
  /** Stream time of the decision. */
  time: z.iso.datetime(),
  evidence: z.strictObject({
    heldBackLoss: z.number(),
    servingLoss: z.number(),
    naiveLoss: z.number(),
  }),
})

export type PromotionMessage = z.infer<typeof promotionMessage>
