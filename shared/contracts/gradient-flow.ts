import { z } from 'zod'

const notNegative = z.number().nonnegative()

/** How far back through time a net's loss still reaches, as its trainer measured it: a part of the weights manifest. */
export const gradientFlowFigures = z.strictObject({
  lags: z
    .array(z.int().nonnegative())
    .max(1024)
    .readonly()
    .meta({ description: 'Steps before the origin, from 0.' }),
  series: z
    .array(
      z.strictObject({
        series: z.string(),
        norms: z.array(notNegative).max(1024).readonly().meta({
          description:
            "Norm of the loss's gradient with respect to the hidden state at each lag, root mean square over the last origins.",
        }),
      }),
    )
    .max(256)
    .readonly(),
  decayPerLag: notNegative.meta({
    description: 'Factor from each lag to the next, the median over the series: above 1 the gradient grows.',
  }),
})
