import { z } from 'zod'

/**
 * Outcomes of input records that are neither a forecast nor a dead letter, and changes in the life of a series.
 * `warming`: too little seen to forecast; `duplicate`: time and value of the last sample again, or a second value for
 * its time; `same-cell`: another reading for a grid cell that is already closed; `late`: before the last sample;
 * `excluded`: in a span that an operator has marked and had states rewound without;
 * `reset`: the series' tombstone, and each reading that was held back for order when it came.
 */
export const lifecycleMessage = z.strictObject({
  schema: z.literal('foretide.lifecycle/1'),
  series: z.string(),
  pipeline: z.string(),
  event: z.enum(['warming', 'duplicate', 'same-cell', 'late', 'excluded', 'reset', 'expired']),
  time: z.iso.datetime().nullable(),
  partition: z.int().nonnegative(),
  offset: z.string().regex(/^\d+$/),
})
