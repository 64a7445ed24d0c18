import { z } from 'zod'
import { EXPERT_NAMES, type ExpertName, PRESETS } from '#shared/experts/expert-names'
import type { TrainingInterval } from '#shared/learning/training-schedule'
import { CELLS, LAYERS_MAX } from '#shared/recurrent/net-shape'
import { parseByteSize } from './byte-size.js'
import { parseDuration } from './duration.js'

/** Each is three more inputs of the net, and five more numbers of every series' state. */
const COVARIATES_MAX = 32

/** Every message carries each level for each lead. */
const LEVELS_MAX = 100
const LEVELS_ERROR = `must be a list of at most ${LEVELS_MAX} numbers between 0 and 1`

/** Numbers and switches may come as text, from `${…}`, the environment or a flag. */
const number = (from: number, to: number) => {
  const error = `must be a whole number from ${from} to ${to}`
  return z.preprocess(
    (input) => (typeof input === 'string' && /^[+-]?\d+$/.test(input.trim()) ? Number(input) : input),
    z.number({ error }).int({ error }).min(from, { error }).max(to, { error }),
  )
}

const share = (from: number, to: number) => {
  const error = `must be a number from ${from} to ${to}`
  return z.preprocess(
    (input) => (typeof input === 'string' && isNumber(input) ? Number(input) : input),
    z.number({ error }).min(from, { error }).max(to, { error }),
  )
}

const isNumber = (text: string) => text.trim() !== '' && !Number.isNaN(Number(text))

const flag = () =>
  z.preprocess(
    (input) => (input === 'true' ? true : input === 'false' ? false : input),
    z.boolean({ error: 'must be true or false' }),
  )

const text = () =>
  z.string({ error: 'must be text; put it in quotes' }).min(1, { error: 'must not be empty' })

const choice = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

function measured(error: string, parse: (text: string) => number | null, from: number) {
  return z.unknown().transform((input, context): number => {
    const value = typeof input === 'string' ? parse(input) : null
    if (value !== null && value >= from) return value
    context.addIssue({ code: 'custom', message: error, input })
    return z.NEVER
  })
}

const durationError = (from: number) =>
  `must be a duration such as 15m, 1h or 1d${from > 0 ? ', longer than nothing' : ''}`

const duration = (from: number) => measured(durationError(from), parseDuration, from)

/** A whole number of samples, or a duration of event time. */
const trainingInterval = z.unknown().transform((input, context): TrainingInterval => {
  const samples = typeof input === 'string' && /^\d+$/.test(input.trim()) ? Number(input) : input
  if (typeof samples === 'number' && Number.isSafeInteger(samples) && samples > 0) return { samples }
  const durationMs = typeof input === 'string' ? parseDuration(input) : null
  if (durationMs !== null && durationMs > 0) return { durationMs }
  const message = 'must be a number of samples such as 50000, or a duration of event time such as 7d'
  context.addIssue({ code: 'custom', message, input })
  return z.NEVER
})

const byteSize = () => measured('must be a size such as 64MB or 2GB', (input) => parseByteSize(input), 1)

const topicName = () =>
  text().regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, {
    error: 'must be a topic name: letters, digits, dots, dashes and underscores, at most 249',
  })

const PORT_MAX = 65_535

const broker = z
  .string({ error: 'must be an address such as kafka-1:9092' })
  .refine((address) => portOf(address) >= 1 && portOf(address) <= PORT_MAX, {
    error: `must be an address and a port up to ${PORT_MAX}, such as kafka-1:9092`,
  })

/** NaN of what is no host and port. */
function portOf(address: string): number {
  return Number(/^(?:\[[0-9A-Fa-f:.]+\]|[^\s:/]+):(\d+)$/.exec(address)?.[1])
}

const brokers = z.preprocess(
  (input) => (typeof input === 'string' ? input.split(',').map((address) => address.trim()) : input),
  z
    .array(broker, { error: 'must be addresses such as kafka-1:9092, as a list or with commas between' })
    .min(1, { error: 'must name one address at least' }),
)

const covariates = z.preprocess(
  (input) => (typeof input === 'string' ? input.split(',').flatMap((name) => name.trim() || []) : input),
  z
    .array(text(), { error: 'must be names of fields, as a list or with commas between' })
    .max(COVARIATES_MAX, { error: `must be ${COVARIATES_MAX} fields at most` }),
)

const speed = z.preprocess(
  (input) => (typeof input === 'string' && /^\d+(\.\d+)?x?$/.test(input) ? Number.parseFloat(input) : input),
  z.union([z.literal('max'), z.number().positive()], {
    error: 'must be `max`, or how much faster than the clock on the wall, such as 14400',
  }),
)

/** Recorded data sent into the pipeline's input, and how to read it; the options are those of `foretide feed`. */
const feed = z.strictObject({
  source: text(),
  speed: speed.optional(),
  layout: choice(['wide', 'long', 'rows']).optional(),
  series: text().optional(),
  time: text().optional(),
  value: text().optional(),
  timeUnit: choice(['s', 'ms', 'us', 'ns']).optional(),
  cadence: text()
    .refine((input) => (parseDuration(input) ?? 0) > 0, { error: durationError(1) })
    .optional(),
  start: text().optional(),
  dayFirst: flag().optional(),
  delimiter: text().optional(),
  encoding: choice(['utf-8', 'latin1']).optional(),
})

/** Experts beside those of the preset, or without some of them. */
const experts = z.strictObject(
  Object.fromEntries(EXPERT_NAMES.map((name) => [name, flag().optional()])) as Record<
    ExpertName,
    z.ZodOptional<ReturnType<typeof flag>>
  >,
)

const pipeline = z.strictObject({
  input: z
    .strictObject({
      topic: topicName().optional(),
      partitions: number(1, 1024).default(3),
      fields: z
        .strictObject({
          series: text().default('series'),
          time: text().default('time'),
          value: text().default('value'),
          values: text().default('values'),
        })
        .prefault({}),
      covariates: covariates.default([]),
      timeUnit: choice(['s', 'ms', 'us', 'ns']).optional(),
    })
    .prefault({}),
  cadence: duration(1).optional(),
  horizon: number(1, 1000).default(24),
  levels: z
    .array(share(0.0001, 0.9999), { error: LEVELS_ERROR })
    .max(LEVELS_MAX, { error: LEVELS_ERROR })
    .default([]),
  season: number(1, 100_000).optional(),
  gapMax: number(0, 1_000_000).optional(),
  ttl: duration(1).optional(),
  grace: duration(0).prefault('0s'),
  skewMax: duration(0).prefault('1h'),
  seriesMax: number(1, 100_000_000).default(100_000),
  model: z
    .strictObject({
      preset: choice(PRESETS).default('lean'),
      experts: experts.prefault({}),
      cell: choice(CELLS).default('gru'),
      layers: number(1, LAYERS_MAX).default(1),
      hidden: number(1, 1024).optional(),
      seed: number(0, 2 ** 32 - 1).default(1),
    })
    .prefault({}),
  learn: z
    .strictObject({
      enabled: flag().default(true),
      engine: choice(['kernel', 'tensorflow']).default('kernel'),
      every: trainingInterval.optional(),
      onDrift: flag().default(true),
      bootstrap: flag().default(true),
      memory: measured('must be a size of at least 16MB, such as 200MB or 1GB', parseByteSize, 16e6).prefault(
        '200MB',
      ),
      backThrough: number(1, 4096).default(32),
      updateEvery: number(1, 4096).optional(),
      promotion: z
        .strictObject({
          alpha: share(0.000_001, 0.5).default(0.05),
          margin: share(0, 0.5).default(0),
          blocksMax: number(2, 100_000).default(60),
        })
        .prefault({}),
    })
    .refine(({ backThrough, updateEvery = backThrough }) => updateEvery <= backThrough, {
      path: ['updateEvery'],
      error: 'must be at most backThrough: what the gradient does not reach teaches nothing',
    })
    .prefault({}),
  anomaly: z.strictObject({ falseAlarmsPer10k: share(0.01, 1000).default(5) }).prefault({}),
  weights: z
    .strictObject({ pin: number(0, Number.MAX_SAFE_INTEGER).optional(), keep: number(1, 1000).default(20) })
    .prefault({}),
  flushAfter: duration(0).prefault('5s'),
  flushWithin: duration(0).prefault('1m'),
  flushRate: byteSize().prefault('4MB'),
  snapshots: z
    .strictObject({
      enabled: flag().default(true),
      every: duration(1).prefault('1d'),
      keep: number(1, 1000).default(7),
      bytes: byteSize().prefault('2GB'),
    })
    .prefault({}),
  batchMax: number(1, 100_000).default(500),
  feed: feed.optional(),
})

const pipelineName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/, {
  error: 'must be a pipeline name: letters, digits, dashes and underscores, at most 80',
})

/** The whole file. Defaults stand here, where a reader of the file's shape looks for them. */
export const configurationSchema = z.strictObject({
  topicPrefix: topicName().default('foretide'),
  log: z
    .strictObject({
      kind: choice(['embedded', 'kafka']).default('embedded'),
      dataDir: text().default('./.foretide'),
      brokers: brokers.optional(),
      clientId: text().optional(),
      replicas: number(1, 100).optional(),
      sessionTimeout: duration(1).optional(),
      guarantee: choice(['exactly-once', 'at-least-once']).default('exactly-once'),
      tls: z
        .union(
          [
            flag(),
            z.strictObject({ ca: text().optional(), cert: text().optional(), key: text().optional() }),
          ],
          { error: 'must be true, false, or the PEM files `ca`, `cert` and `key`' },
        )
        .optional(),
      sasl: z
        .strictObject({
          mechanism: choice(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
          username: text(),
          password: text(),
        })
        .optional(),
    })
    .refine(({ kind, brokers: where }) => kind !== 'kafka' || where !== undefined, {
      path: ['brokers'],
      error: 'must be given for kind kafka: addresses such as kafka-1:9092, as a list or with commas between',
    })
    .prefault({}),
  http: z
    .strictObject({
      host: text().default('127.0.0.1'),
      port: number(0, PORT_MAX).default(8080),
      token: text().optional(),
    })
    .prefault({}),
  retention: z
    .strictObject({ age: duration(1).prefault('30d'), bytes: byteSize().prefault('2GB') })
    .prefault({}),
  pipelines: z.record(pipelineName, pipeline, { error: 'must map names to pipelines' }),
})

export type ParsedConfiguration = z.output<typeof configurationSchema>
export type ParsedPipeline = ParsedConfiguration['pipelines'][string]

/** Names that a part of the configuration may have, for suggestions; empty where any name goes. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = configurationSchema
  for (const step of [...path, null]) {
    while (
      schema instanceof z.ZodOptional ||
      schema instanceof z.ZodDefault ||
      schema instanceof z.ZodPrefault
    ) {
      schema = schema.unwrap()
    }
    if (step === null) break
    if (schema instanceof z.ZodObject) schema = (schema.shape as Record<PropertyKey, unknown>)[step]
    else if (schema instanceof z.ZodRecord) schema = schema.valueType
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
}
