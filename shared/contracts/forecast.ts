import { z } from 'zod'

/** A non-negative offset as text, because JSON numbers end at 2^53. */
const offsetText = z.string().regex(/^\d+$/)

const finite = z.number().refine(Number.isFinite, 'must be finite')

/** The forecast message: one lean record per origin with the whole fan. Lead k stands at index k - 1. */
export const forecastMessage = z.strictObject({
  schema: z.literal('foretide.forecast/1'),
  series: z.string(),
  pipeline: z.string(),
  origin: z.strictObject({
    time: z.iso.datetime(),
    value: finite,
    partition: z.int().nonnegative(),
    offset: offsetText,
  }),
  cadenceMs: z.int().positive(),
  horizon: z.int().positive(),
  /** Mean forecast per lead. */
  yhat: z.array(finite),
  /** Probabilities of `quantiles`, rising. */
  levels: z.array(z.number()),
  /** [Q][H]: one row of leads per level. */
  quantiles: z.array(z.array(finite)),
  /** Share of each expert in the median forecast, averaged over leads; sums to 1. */
  experts: z.record(z.string(), finite),
  /** The three leads that `coverage` and `skill` speak of. */
  scoredLeads: z.array(z.int().positive()),
  /** Realised coverage so far of the 50, 80 and 95 % bands at those leads; null before anything was scored. */
  coverage: z.strictObject({
    '0.5': z.array(finite.nullable()),
    '0.8': z.array(finite.nullable()),
    '0.95': z.array(finite.nullable()),
  }),
  /** 1 - MAE / MAE of the seasonal naive at those leads; null before anything was scored. */
  skill: z.array(finite.nullable()),
  anomaly: z.strictObject({ score: finite, flag: z.boolean() }),
  /** Weights version of the recurrent expert; 0 is the untrained net. */
  weights: z.strictObject({ version: z.int().nonnegative() }),
  phase: z.enum(['warming', 'live', 'degraded']),
  flags: z.array(z.enum(['gap', 'clipped', 'level-shift', 'cold-weights'])),
})

export type ForecastMessage = z.infer<typeof forecastMessage>
