import type { ExpertName } from '#shared/experts/expert-names'
import type { LogRecord } from '#shared/log/port'
import type { NetShape } from '#shared/recurrent/net-shape'
import type { Observation } from '#shared/series/observation'
import type { DeadLetter } from './batch-outcome.js'

/** What one record decodes to, in the order of its fields. `reset` names a series whose tombstone this is. */
export type Decoded =
  | { readonly kind: 'observation'; readonly observation: Observation }
  | { readonly kind: 'reset'; readonly series: string }
  | { readonly kind: 'fault'; readonly fault: DeadLetter }

/** Bytes in, observations or faults out. Decides by the record alone, never by a clock. */
export type Decode = (record: LogRecord) => readonly Decoded[]

/** What a line makes of what it knows. Nothing that it learns depends on it. */
export interface LineOutput {
  /** Keep what each expert said in every forecast. */
  readonly keepExperts: boolean
  /** Make a score of what was forecast of each sample. */
  readonly scores: boolean
}

/** What a forecasting line is made from. */
export interface LineOptions extends LineOutput {
  readonly cadenceMs: number
  /** H */
  readonly horizon: number
  /** Samples in the main season. */
  readonly season: number
  readonly gapMax: number
  readonly ttlMs: number
  readonly graceMs: number
  readonly seriesMax: number
  /** Architecture of the untrained net; each later version says its own. */
  readonly net: NetShape
  /** Those that are switched on. */
  readonly experts: readonly ExpertName[]
  /** Names of the fields that records carry beside the value. */
  readonly covariates: readonly string[]
  /** Quantile levels to publish beside those of the bands. */
  readonly levels: readonly number[]
  /** Samples of ten thousand that are called anomalies where nothing is wrong. */
  readonly falseAlarmsPer10k: number
}
