import type { ForecastMessage } from '#shared/contracts/forecast'
import type { NewRecord } from '#shared/log/port'

/** Forecast messages as a forecaster could write them, for tests of whatever reads them. */

export const HOUR_MS = 3_600_000
export const LEVELS = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
/** Quantiles of the standard normal distribution at LEVELS (tables). */
const NORMAL = [-1.96, -1.2816, -0.6745, 0, 0.6745, 1.2816, 1.96]

export interface MadeUp {
  readonly series: string
  readonly pipeline?: string
  readonly originMs: number
  readonly value: number
  readonly horizon?: number
  readonly cadenceMs?: number
  /** Median at a lead; the origin's value by default. */
  readonly median?: (lead: number) => number
  /** Standard deviation at a lead; 1 by default. */
  readonly spread?: (lead: number) => number
  readonly offset?: number
  readonly partition?: number
  readonly version?: number
  readonly anomaly?: boolean
  readonly skill?: (number | null)[]
  readonly coverage80?: (number | null)[]
  readonly experts?: Record<string, number>
  readonly phase?: ForecastMessage['phase']
  readonly flags?: ForecastMessage['flags']
}

export function madeUpForecast(of: MadeUp): ForecastMessage {
  const horizon = of.horizon ?? 24
  const leads = Array.from({ length: horizon }, (_, index) => index + 1)
  const median = of.median ?? (() => of.value)
  const spread = of.spread ?? (() => 1)
  const round = (value: number) => Number(value.toPrecision(6))
  const coverage80 = of.coverage80 ?? [0.81, 0.79, 0.77]
  return {
    schema: 'foretide.forecast/1',
    series: of.series,
    pipeline: of.pipeline ?? 'flights',
    origin: {
      time: new Date(of.originMs).toISOString(),
      value: round(of.value),
      partition: of.partition ?? 0,
      offset: String(of.offset ?? 0),
    },
    cadenceMs: of.cadenceMs ?? HOUR_MS,
    horizon,
    yhat: leads.map((lead) => round(median(lead))),
    levels: LEVELS,
    quantiles: NORMAL.map((z) => leads.map((lead) => round(median(lead) + z * spread(lead)))),
    experts: of.experts ?? { persistence: 0.08, seasonal: 0.14, profile: 0.37, recurrent: 0.41 },
    scoredLeads: [1, Math.ceil(horizon / 2), horizon],
    coverage: {
      '0.5': coverage80.map((share) => (share === null ? null : round(share - 0.29))),
      '0.8': coverage80,
      '0.95': coverage80.map((share) => (share === null ? null : round(share + 0.14))),
    },
    skill: of.skill ?? [0.31, 0.22, 0.16],
    anomaly: { score: of.anomaly ? 1.8 : 0.3, flag: of.anomaly ?? false },
    weights: { version: of.version ?? 3 },
    phase: of.phase ?? 'live',
    flags: of.flags ?? [],
  }
}

/** The record that carries a message on the forecasts topic. */
export function forecastRecord(message: ForecastMessage): NewRecord {
  return {
    partition: message.origin.partition,
    key: Buffer.from(message.series),
    value: Buffer.from(JSON.stringify(message)),
    headers: [],
    timestamp: Date.parse(message.origin.time),
  }
}

/** Numbers in [0, 1) that look random and are the same every time (mulberry32). */
export function repeatableNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
