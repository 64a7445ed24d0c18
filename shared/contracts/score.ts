import { z } from 'zod'

const finite = z.number().refine(Number.isFinite, 'must be finite')

/** The score message: what earlier forecasts said of one sample, at the knot leads, beside what came. */
export const scoreMessage = z.strictObject({
  schema: z.literal('foretide.score/1'),
  series: z.string(),
  pipeline: z.string(),
  target: z.strictObject({
    time: z.iso.datetime(),
    value: finite,
    partition: z.int().nonnegative(),
    offset: z.string().regex(/^\d+$/),
  }),
  /** The knots that matured; every list below has one entry per knot. */
  leads: z.array(z.int().positive()),
  /** Weights version that issued each forecast. */
  weights: z.array(z.int().nonnegative()),
  yhat: z.array(finite),
  median: z.array(finite),
  /** Half width of the 80 % band. */
  halfWidth: z.array(finite),
  /**
   * Mean of the pinball score over the seven levels that every pipeline has, times two: an approximation of the CRPS. Of what was
   * published, cut off at the bounds of the series as they are known when the outcome comes.
   */
  crps: z.array(finite),
  /** Whether the outcome lay in the band of that level: 1 or 0. */
  covered: z.record(z.enum(['0.5', '0.8', '0.95']), z.array(z.literal([0, 1]))),
  /** Absolute error of the seasonal naive forecast; null before a season was seen. */
  naive: z.array(finite.nullable()),
  /** Absolute error of each expert, and of the shadow's recurrent head while there is one. */
  experts: z.record(z.string(), z.array(finite.nullable())),
  /** Weights version of the shadow, while there is one; −1 where it was cold. */
  shadowWeights: z.array(z.int().min(-1)).optional(),
})

export type ScoreMessage = z.infer<typeof scoreMessage>
