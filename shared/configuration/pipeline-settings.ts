import type { PipelineTopics } from '#shared/contracts/topics'
import type { ExpertName } from '#shared/experts/expert-names'
import type { TrainingInterval } from '#shared/learning/training-schedule'
import type { ContestOptions } from '#shared/promotion/contest'
import type { Cell } from '#shared/recurrent/net-shape'
import { SEASON_MAX } from '#shared/series/season'

/** Where a sensor event keeps its parts: names of JSON fields, or paths such as `payload.temp`. */
export interface FieldPaths {
  readonly series: string
  readonly time: string
  readonly value: string
  readonly values: string
}

/** Unit of a time that an event gives as a number. */
export type TimeUnit = 's' | 'ms' | 'us' | 'ns'

/** The resolved configuration of one pipeline: plain data with no default left open, structured-clonable and frozen. */
export interface PipelineSettings {
  readonly name: string
  readonly inputTopic: string
  readonly partitions: number
  readonly topics: PipelineTopics
  readonly fields: FieldPaths
  /** Fields of the same event that the net reads beside the value: names, or paths. */
  readonly covariates: readonly string[]
  readonly timeUnit: TimeUnit
  /** The unit was written down, so that any epoch is believed; otherwise numbers are checked for a plausible date. */
  readonly timeUnitExplicit: boolean
  /** Spacing of the time grid in milliseconds. */
  readonly cadenceMs: number
  /** Leads per forecast. */
  readonly horizon: number
  /** Samples per season, at least 1. */
  readonly season: number
  /** Longest run of missing samples that is stepped over with an empty mask, in samples. */
  readonly gapMax: number
  /** A series idle for longer than this, in its own time, starts afresh. */
  readonly ttlMs: number
  /** How long a sample is held back so that later ones can be put in order. */
  readonly graceMs: number
  /** How far an event's time may lie beyond its record's own log timestamp. */
  readonly skewMaxMs: number
  /** Series held per partition; new ones beyond it are refused. */
  readonly seriesMax: number
  /** The experts that are switched on. */
  readonly experts: readonly ExpertName[]
  /** Cell, layers and size of each layer's hidden state, for nets trained from now on. */
  readonly cell: Cell
  readonly layers: number
  readonly hidden: number
  readonly seed: number
  readonly learn: boolean
  /** What computes the gradients. */
  readonly learnEngine: 'kernel' | 'tensorflow'
  /** Samples or event time between two trainings; null: as the history grows. */
  readonly learnEvery: TrainingInterval | null
  /** Train also when the serving weights' live scores say that the data have changed. */
  readonly learnOnDrift: boolean
  /** Before the first forecast of a new pipeline, train on the history that its topic holds. */
  readonly learnBootstrap: boolean
  /** Bytes that the training set takes at most. */
  readonly learnMemory: number
  /** What a challenger must prove to be promoted. */
  readonly promotion: ContestOptions
  /** k2 of truncated BPTT: steps that a gradient runs back through. */
  readonly backThrough: number
  /** k1: steps after which the weights are updated, at most `backThrough`. */
  readonly updateEvery: number
  /** Weights version to serve whatever the trainer decides, or null. */
  readonly pinnedVersion: number | null
  /** Newest weights versions that are kept, beside those in use. */
  readonly weightsKept: number
  /** Quantile levels to publish beside those of the bands. */
  readonly levels: readonly number[]
  /** Samples of ten thousand that are called anomalies where nothing is wrong. */
  readonly falseAlarmsPer10k: number
  /** A series state that has been dirty for this long is written. */
  readonly flushAfterMs: number
  /** States of a partition are written at this rate at most, but none later than so long after it became dirty. */
  readonly flushLimits: { readonly bytesPerSecond: number; readonly withinMs: number }
  /** Stream time between two snapshots of a partition's states; null: none are taken. */
  readonly snapshotEveryMs: number | null
  /** Snapshots that are kept of each partition. */
  readonly snapshotsKept: number
  /** Bytes that the snapshots of a partition take; its newest is kept whatever it takes. */
  readonly snapshotBytes: number
  /** Records per batch at most. */
  readonly batchMax: number
  /** Age at which forecasts, scores, lifecycle records and dead letters are deleted. */
  readonly retentionMs: number
  /** Size per partition beyond which the oldest of them are deleted. */
  readonly retentionBytes: number
}

const DAY_MS = 86_400_000

/**
 * Samples per season by the calendar: a day of a sub-daily grid, a week of days, a year of weeks, months or quarters.
 * null where the calendar has none that a series' state could hold.
 */
export function calendarSeason(cadenceMs: number): number | null {
  if (cadenceMs < DAY_MS) {
    const day = Math.round(DAY_MS / cadenceMs)
    return day > 1 && day <= SEASON_MAX ? day : null
  }
  const days = cadenceMs / DAY_MS
  if (days === 1) return 7
  if (days === 7) return 52
  if (days >= 28 && days <= 31) return 12
  if (days >= 89 && days <= 93) return 4
  return null
}

/** One season, and never less than 24 samples. */
export function defaultGapMax(season: number): number {
  return Math.max(24, season)
}

/** 90 days, or 1,000 samples where that is longer. */
export function defaultTtlMs(cadenceMs: number): number {
  return Math.max(90 * DAY_MS, 1000 * cadenceMs)
}
