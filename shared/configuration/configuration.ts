import { pipelineTopics } from '#shared/contracts/topics'
import { chooseExperts, PRESET_UNITS } from '#shared/experts/expert-names'
import type { FeedOptions } from '#shared/feed/feed-options'
import type { ParsedPipeline } from './configuration-schema.js'
import type { LogSettings } from './log-settings.js'
import { calendarSeason, defaultGapMax, defaultTtlMs, type PipelineSettings } from './pipeline-settings.js'

/** Recorded data for a pipeline's input, and how to read it. What is left out is found in the data. */
export interface FeedSettings extends Omit<FeedOptions, 'readingsMax'> {
  /** `demo:flights`, `demo:weather` or an absolute path. */
  readonly source: string
  /** Event time per wall time; left out: a pace for people. */
  readonly speed?: number | 'max'
}

/** One pipeline as configured: all but the cadence, which a feed may have to be opened for. */
export interface PipelineConfiguration {
  readonly name: string
  /** null: as found in the feed. */
  readonly cadenceMs: number | null
  readonly feed: FeedSettings | null
  /** null: by the calendar, or as found in the feed where the calendar has none. */
  readonly season: number | null
  /**
   * @param cadenceMs used where the configuration names none
   * @param season used where neither the configuration nor the calendar names one
   */
  resolve(cadenceMs: number, season?: number): PipelineSettings
}

/** The whole configuration: checked, complete and frozen. */
export interface Configuration {
  readonly topicPrefix: string
  readonly log: LogSettings
  readonly http: { readonly host: string; readonly port: number; readonly token?: string }
  /** How long, and up to what size per topic, forecasts, scores, lifecycle records and dead letters are kept. */
  readonly retention: { readonly ageMs: number; readonly bytes: number }
  /** In the order of the file. */
  readonly pipelines: readonly PipelineConfiguration[]
}

/** Fill in what follows from the name, the cadence and the platform's own settings. */
export function resolvePipeline(
  name: string,
  parsed: ParsedPipeline,
  platform: Pick<Configuration, 'topicPrefix' | 'retention'>,
  cadenceMs: number,
  seasonFound = 1,
): PipelineSettings {
  const season = parsed.season ?? calendarSeason(cadenceMs) ?? seasonFound
  const { input } = parsed
  const experts = chooseExperts(parsed.model.preset, parsed.model.experts)
  return deepFreeze({
    name,
    inputTopic: input.topic ?? `sensors.${name}`,
    partitions: input.partitions,
    topics: pipelineTopics(platform.topicPrefix, name),
    fields: { ...input.fields },
    covariates: [...input.covariates],
    timeUnit: input.timeUnit ?? 'ms',
    timeUnitExplicit: input.timeUnit !== undefined,
    cadenceMs,
    horizon: parsed.horizon,
    season,
    gapMax: parsed.gapMax ?? defaultGapMax(season),
    ttlMs: parsed.ttl ?? defaultTtlMs(cadenceMs),
    graceMs: parsed.grace,
    skewMaxMs: parsed.skewMax,
    levels: parsed.levels,
    falseAlarmsPer10k: parsed.anomaly.falseAlarmsPer10k,
    seriesMax: parsed.seriesMax,
    experts,
    cell: parsed.model.cell,
    layers: parsed.model.layers,
    hidden: parsed.model.hidden ?? PRESET_UNITS[parsed.model.preset],
    seed: parsed.model.seed,
    // What a challenger proves, it proves by its head.
    learn: parsed.learn.enabled && experts.includes('recurrent'),
    learnEngine: parsed.learn.engine,
    learnEvery: parsed.learn.every ?? null,
    learnOnDrift: parsed.learn.onDrift,
    learnBootstrap: parsed.learn.bootstrap,
    learnMemory: parsed.learn.memory,
    promotion: { ...parsed.learn.promotion },
    backThrough: parsed.learn.backThrough,
    updateEvery: parsed.learn.updateEvery ?? parsed.learn.backThrough,
    pinnedVersion: parsed.weights.pin ?? null,
    weightsKept: parsed.weights.keep,
    flushAfterMs: parsed.flushAfter,
    flushLimits: {
      bytesPerSecond: Math.max(1, parsed.flushRate / input.partitions),
      withinMs: parsed.flushWithin,
    },
    snapshotEveryMs: parsed.snapshots.enabled ? parsed.snapshots.every : null,
    snapshotsKept: parsed.snapshots.keep,
    snapshotBytes: Math.max(1, Math.floor(parsed.snapshots.bytes / input.partitions)),
    batchMax: parsed.batchMax,
    retentionMs: platform.retention.ageMs,
    retentionBytes: Math.max(1, Math.floor(platform.retention.bytes / input.partitions)),
  })
}

/** Freeze plain data all the way down. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) deepFreeze(part)
  }
  return value
}
