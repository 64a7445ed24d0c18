import { Ending } from '#shared/clock/ending'
import {
  assemblePipeline,
  pipelineUntrainedWeights,
  snapshotPolicy,
} from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { pipelineTopics, topicSpecs } from '#shared/contracts/topics'
import { verdictRecord } from '#shared/contracts/weights-records'
import { EXPERT_NAMES } from '#shared/experts/expert-names'
import type { Log, LogRecord, NewRecord, Ownership } from '#shared/log/port'
import { ControlRequests } from '#shared/pipeline/control-requests'
import type { PartitionRun } from '#shared/pipeline/partition-run'
import { restorePartition } from '#shared/pipeline/restore-partition'
import { type SnapshotPace, snapshotPace } from '#shared/pipeline/snapshot'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'

const HOUR = 3_600_000

/** Settings of a small, quick pipeline: a day of four samples, six leads, eight hidden units. */
export function smallSettings(changes: Partial<PipelineSettings> = {}): PipelineSettings {
  return {
    name: 'test',
    inputTopic: 'sensors.test',
    partitions: 3,
    topics: pipelineTopics('foretide', 'test'),
    fields: { series: 'series', time: 'time', value: 'value', values: 'values' },
    covariates: [],
    timeUnit: 'ms',
    timeUnitExplicit: false,
    cadenceMs: 6 * HOUR,
    horizon: 6,
    season: 4,
    gapMax: 4,
    ttlMs: 100 * 24 * HOUR,
    graceMs: 0,
    skewMaxMs: HOUR,
    levels: [],
    falseAlarmsPer10k: 5,
    seriesMax: 100,
    experts: EXPERT_NAMES,
    cell: 'gru',
    layers: 1,
    hidden: 8,
    seed: 1,
    learn: false,
    learnEngine: 'kernel',
    learnEvery: null,
    learnOnDrift: true,
    learnBootstrap: true,
    learnMemory: 200e6,
    backThrough: 32,
    updateEvery: 32,
    promotion: { alpha: 0.05, margin: 0, blocksMax: 60 },
    pinnedVersion: null,
    weightsKept: 20,
    flushAfterMs: 5_000,
    flushLimits: { bytesPerSecond: 30_000, withinMs: 20_000 },
    snapshotEveryMs: null,
    snapshotsKept: 7,
    snapshotBytes: 1e15,
    batchMax: 500,
    retentionMs: 1e15,
    retentionBytes: 1e15,
    ...changes,
  }
}

export async function createPipelineTopics(log: Log, settings: PipelineSettings): Promise<void> {
  const { inputTopic: topic, partitions, topics } = settings
  await log.createTopics([{ topic, partitions, cleanup: 'delete' }, ...topicSpecs(topics, partitions, {})])
}

/** One life of a forecaster, from restore to crash, driven by hand: nothing happens but what a test asks for. */
export class PipelineDriver {
  private constructor(
    readonly runs: readonly PartitionRun[],
    readonly library: WeightsLibrary,
    private readonly control: ControlRequests,
    private readonly log: Log,
    private readonly settings: PipelineSettings,
  ) {}

  /** @param nowMs the clock that paces the saving of states */
  static async start(
    log: Log,
    settings: PipelineSettings,
    nowMs: () => number,
    decides = true,
    refuse: (reason: string) => void = (reason) => {
      throw new Error(reason)
    },
    pace: SnapshotPace = snapshotPace(1),
  ): Promise<PipelineDriver> {
    const { line, wire } = assemblePipeline(settings)
    const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
      refused: (_, error) => refuse(error.message),
    })
    await library.catchUp(log, settings.topics.weights)
    const control = new ControlRequests(wire)
    await control.catchUp(log, settings.topics.control)
    const owned: Ownership[] = []
    const { inputTopic, topics, batchMax, flushAfterMs, flushLimits } = settings
    await new Promise<void>((resolve, reject) => {
      log.ownerships(inputTopic, 'test').subscribe({
        next: (ownership) => {
          owned.push(ownership)
          if (owned.length === settings.partitions) resolve()
        },
        error: reject,
      })
    })
    const clock = { now: nowMs, sleep: async () => undefined }
    const options = {
      line,
      wire,
      library,
      topics,
      clock,
      batchMax,
      flushAfterMs,
      flushLimits,
      control,
      snapshots: { ...snapshotPolicy(settings), pace },
      decides,
      publish: true,
    }
    const runs: PartitionRun[] = []
    for (const ownership of owned)
      runs.push((await restorePartition(log, ownership, inputTopic, options)).run)
    return new PipelineDriver(runs, library, control, log, settings)
  }

  /** Look at the topics of weights and of control, as the forecaster does in the background. */
  async seeWeights(): Promise<void> {
    await this.library.catchUp(this.log, this.settings.topics.weights)
    await this.control.catchUp(this.log, this.settings.topics.control)
  }

  /** One batch of one partition. @returns whether there was one */
  async step(partition: number): Promise<boolean> {
    const run = this.runs[partition]
    if (!(await this.hasRecords(partition, run.consumed))) return false
    await run.step(new Ending())
    return true
  }

  /** Whether the input holds a record at or after `from`. At the end of a partition of Kafka there may be markers alone. */
  private async hasRecords(partition: number, from: number): Promise<boolean> {
    const { inputTopic } = this.settings
    const { end } = await this.log.bounds(inputTopic, partition)
    if (from >= end) return false
    for await (const _ of this.log.read(inputTopic, partition, from, end)) return true
    return false
  }

  /** Everything that is there, partition by partition in turn. */
  async drain(): Promise<void> {
    for (let busy = true; busy; ) {
      busy = false
      for (const { partition } of this.runs) busy = (await this.step(partition)) || busy
    }
  }

  async flush(): Promise<void> {
    for (const run of this.runs) await run.flush()
  }
}

/** The record that has a version serve, as the trainer writes it. */
export function promotionRecord(weights: RecurrentWeights, timeMs: number): NewRecord {
  const evidence = { blocks: 9, difference: 0.1, better: 21, worse: 0 }
  return verdictRecord({ kind: 'promote', weights, champion: 0, evidence }, timeMs)
}

/** Every record of a topic, to the same partition of another log. */
export async function copyTopic(
  from: Log,
  to: Log,
  topic: string,
  keeps: (record: LogRecord) => boolean = () => true,
): Promise<void> {
  const partitions = await from.partitions(topic)
  for (let partition = 0; partition < partitions; partition++) {
    const { start, end } = await from.bounds(topic, partition)
    if (end === start) continue
    for await (const { records } of from.read(topic, partition, start, end)) {
      // Stored records make their parts when asked for them: a copy by spreading has none.
      await to.append(
        topic,
        records
          .filter(keeps)
          .map(({ key, value, headers, timestamp }) => ({ partition, key, value, headers, timestamp })),
      )
    }
  }
}

/** Every output of a pipeline, record by record: what two runs are compared by. */
export async function readOutputs(log: Log, settings: PipelineSettings): Promise<string[]> {
  const { forecasts, scores, lifecycle, deadLetters } = settings.topics
  const lines: string[] = []
  for (const topic of [forecasts, scores, lifecycle, deadLetters]) {
    for (let partition = 0; partition < settings.partitions; partition++) {
      const { start, end } = await log.bounds(topic, partition)
      if (end === start) continue
      for await (const { records } of log.read(topic, partition, start, end)) {
        for (const { key, value, headers, timestamp } of records) {
          lines.push(describeRecord(topic, { partition, key, value, headers, timestamp }))
        }
      }
    }
  }
  return lines
}

/** A record in one line: everything that a consumer sees. */
export function describeRecord(topic: string, record: NewRecord): string {
  const { partition, key, value, headers, timestamp } = record
  const named = headers.map(([name, bytes]) => `${name}=${Buffer.from(bytes).toString('base64')}`).join(';')
  return `${topic}/${partition} ${text(key)} ${text(value)} ${named} ${timestamp}`
}

function text(bytes: Uint8Array | null): string {
  return bytes === null ? 'null' : Buffer.from(bytes).toString('latin1')
}
