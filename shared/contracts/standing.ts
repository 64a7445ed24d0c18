import { z } from 'zod'

/** Which weights versions stand in a partition's slots, in records that states are restored from. */
export const standingFigures = z.strictObject({
  serving: z.int().nonnegative(),
  servingLane: z.union([z.literal(0), z.literal(1)]),
  shadow: z.int().nonnegative().nullable(),
})
