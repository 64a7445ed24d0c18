import { z } from 'zod'
import { forecastMessage } from '#shared/contracts/forecast'
import { gradientFlowFigures } from '#shared/contracts/gradient-flow'

/** Every answer of the HTTP interface as a schema: answers are typed by them and `/openapi.json` is made of them. */

const finite = z.number()

export const faultAnswer = z.object({
  error: z.string().meta({ description: 'One sentence that says what to do.' }),
  pipelines: z.array(z.string()).optional(),
})

const seriesRow = z.object({
  series: z.string(),
  pipeline: z.string(),
  lastTime: z.iso.datetime().meta({ description: 'Time of the last origin.' }),
  lastValue: finite,
  silentMs: finite.nullable().meta({
    description:
      'How far the newest origin of its pipeline is past its own, in event time; null while that is no more than three cadences.',
  }),
  skill: finite.nullable().meta({
    description:
      '1 - MAE / MAE of the seasonal naive, mean over the scored leads; null before anything was scored.',
  }),
  coverage80: finite.nullable().meta({
    description:
      'Realised coverage of the 80 % band, mean over the scored leads; null before anything was scored.',
  }),
  anomaly: z.boolean(),
  spark: z.array(finite).max(40).meta({ description: 'The last values, oldest first.' }),
})

export const seriesAnswer = z.array(seriesRow)

export const forecastAnswer = z.object({
  ...forecastMessage.shape,
  band: finite.meta({ description: 'Nominal coverage of yhat_lower to yhat_upper.' }),
  targets: z.array(z.iso.datetime()).meta({ description: 'Target time of each lead.' }),
  yhat_lower: z.array(finite),
  yhat_upper: z.array(finite),
})

export const historyAnswer = z.object({
  series: z.string(),
  pipeline: z.string(),
  cadenceMs: z.int(),
  origins: z.array(
    z.object({
      time: z.iso.datetime(),
      value: finite,
      median: finite.nullable().meta({ description: 'One-step median, issued one cadence before.' }),
      lower: finite.nullable().meta({ description: 'Lower end of the one-step 80 % band.' }),
      upper: finite.nullable(),
      anomaly: z.boolean(),
      weightsVersion: z.int(),
    }),
  ),
})

export const scoresAnswer = z.object({
  series: z.string(),
  pipeline: z.string(),
  leads: z.array(
    z.object({
      lead: z.int().positive(),
      outcomes: z.int(),
      bias: finite.nullable().meta({
        description:
          'Mean of outcome minus median, in half widths of the 80 % band; above 0 forecasts are too low.',
      }),
      drift: finite.nullable().meta({
        description:
          'Recent errors over those of long, both in half widths of the 80 % band; 1 while nothing changes.',
      }),
    }),
  ),
})

const weightsDecision = z.object({
  kind: z.enum(['promoted', 'rolled back', 'rejected', 'pinned', 'unpinned']),
  version: z.int().nullable(),
  champion: z.int().nullable().meta({ description: 'The version that served, where it is known.' }),
  time: z.iso.datetime().meta({ description: 'Stream time.' }),
  by: z.string().nullable().meta({ description: 'Who decided by hand; null where a contest did.' }),
})

export const decisionsAnswer = z.object({ pipeline: z.string(), decisions: z.array(weightsDecision) })

const pipelineStatus = z.object({
  pipeline: z.string(),
  eventsPerSecond: finite.meta({
    description: 'Input records advanced; where another process forecasts, forecasts that come.',
  }),
  lagRecords: finite.nullable().meta({ description: 'null where another process forecasts.' }),
  seriesHeld: z.int(),
  servingVersion: z.int(),
  lastTraining: z
    .object({ atMs: finite, result: z.enum(['challenger', 'rejected', 'failed']), loss: finite.nullable() })
    .nullable(),
  training: z.object({ step: z.int(), steps: z.int() }).nullable().meta({
    description: 'The session that runs; null where none does, and where another process trains.',
  }),
  trainerGivenUp: z.boolean().meta({
    description: 'The trainer of this process has ended too often, and is not started again.',
  }),
  coverage80: finite.nullable(),
  mase: finite.nullable(),
  feed: z
    .object({ sent: finite, total: finite.nullable(), eventTimeMs: finite.nullable(), done: z.boolean() })
    .nullable(),
})

export const statusAnswer = z.object({
  pipelines: z.array(pipelineStatus),
  logAway: z.object({ seconds: finite, waitingFor: z.string(), reason: z.string() }).nullable().meta({
    description: 'For how long the log has not answered, and what is waited for; null while it answers.',
  }),
  gateway: z.object({
    seriesShown: z.int(),
    seriesLeftOut: z.int().meta({ description: 'Series beyond the number that the gateway shows.' }),
    passedOver: z.int().meta({ description: 'Forecasts that came faster than they could be shown.' }),
    unreadable: z.int(),
  }),
})

export const gradientsAnswer = z.object({
  pipeline: z.string(),
  version: z.int().meta({ description: 'Weights version that serves; 0 is the untrained net.' }),
  gradientFlow: gradientFlowFigures.nullable().meta({
    description: 'How far back its loss reaches; null for weights that nobody has measured.',
  }),
})

export const eventsAnswer = z.object({
  pipeline: z.string(),
  accepted: z.int(),
  rejected: z.int(),
  faults: z
    .array(z.object({ line: z.int(), reason: z.string() }))
    .max(100)
    .meta({ description: 'The first hundred lines that were left out.' }),
})

export const probeAnswer = z.object({ ready: z.boolean(), reason: z.string() })

export type SeriesRow = z.infer<typeof seriesRow>
export type ForecastAnswer = z.infer<typeof forecastAnswer>
export type HistoryAnswer = z.infer<typeof historyAnswer>
export type StatusAnswer = z.infer<typeof statusAnswer>
export type GradientsAnswer = z.infer<typeof gradientsAnswer>
export type ScoresAnswer = z.infer<typeof scoresAnswer>
export type DecisionsAnswer = z.infer<typeof decisionsAnswer>
export type WeightsDecision = z.infer<typeof weightsDecision>
export type EventsAnswer = z.infer<typeof eventsAnswer>
export type FaultAnswer = z.infer<typeof faultAnswer>
