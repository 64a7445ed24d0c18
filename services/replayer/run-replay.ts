import type { Clock } from '#shared/clock/clock'
import {
  assemblePipeline,
  pipelineDecoder,
  pipelineUntrainedWeights,
} from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { type PipelineTopics, topicSpecs } from '#shared/contracts/topics'
import type { Log, Offset } from '#shared/log/port'
import { OUTCOME_TOPICS, type OutcomeTopic, outcomeRecords } from '#shared/pipeline/outcome-records'
import { readPartitionHistory } from '#shared/pipeline/partition-history'
import { type ReplaySurroundings, replayPartition } from '#shared/pipeline/partition-replay'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { countOf } from '#shared/words/count-of'
import { checkVersions, forgottenError } from './check-versions.js'
import { type PartitionRange, type Place, ReplayRangeError, settleRange } from './replay-range.js'
import { type Difference, TopicComparison } from './topic-comparison.js'

export interface ReplayProgress {
  /** Records read, those that only warm the states included. */
  readonly done: number
  readonly total: number
  readonly perSecond: number
  readonly secondsLeft: number | null
}

export interface ReplayOptions {
  readonly log: Log
  readonly settings: PipelineSettings
  /** Where outcomes go; null: nowhere. */
  readonly publishTo: PipelineTopics | null
  /** Compare with what production published. */
  readonly check: boolean
  readonly from?: Place
  readonly to?: Place
  /** Left out: all of them. */
  readonly partitions?: readonly number[]
  /** For rates; the line itself runs in the records' own time. */
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onProgress?: (progress: ReplayProgress) => void
}

/** What became of one partition. */
export interface ReplayedPartition {
  readonly partition: number
  readonly from: Offset
  /** Offset after the last record that was replayed. */
  readonly to: Offset
  /** First record that was read, to warm the states. */
  readonly warmFrom: Offset
  /** Offset of the snapshot that it started from; null: from the beginning. */
  readonly snapshot: Offset | null
  readonly outcomes: Readonly<Record<OutcomeTopic, number>>
}

export interface ReplayReport {
  readonly pipeline: string
  readonly partitions: readonly ReplayedPartition[]
  readonly seconds: number
  /** Outcomes that are the same in production, and those that production no longer holds; null without a check. */
  readonly checked: { readonly same: number; readonly notKept: number } | null
  /** The first; null when there is none, or nothing was compared. */
  readonly difference: Difference | null
  /** Everything in the range was replayed. */
  readonly complete: boolean
}

/**
 * Run a range of a pipeline's input again as production ran it: without its group, obeying the decisions that are in the log.
 * @throws ReplayRangeError, RetentionGapError
 */
export async function runReplay(options: ReplayOptions): Promise<ReplayReport> {
  const { log, settings, publishTo, clock, signal } = options
  const { inputTopic, topics } = settings
  const { line, wire } = assemblePipeline(settings)
  const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
    refused: () => undefined,
    forgotten: (version) => {
      throw forgottenError(topics.weights, version)
    },
  })
  await library.catchUp(log, topics.weights)
  const around = {
    log,
    line,
    wire,
    library,
    inputTopic,
    snapshotsTopic: topics.snapshots,
    breathe: () => clock.sleep(0, signal),
  }
  const ranges = await settleRanges(options, around)
  if (publishTo) await preparePublishing(log, settings, publishTo)

  const meter = new ReplayMeter(ranges, clock, options.onProgress)
  const partitions: ReplayedPartition[] = []
  const checked = { same: 0, notKept: 0 }
  let difference: Difference | null = null
  for (const range of ranges) {
    if (signal.aborted || difference) break
    const replayed = await replayRange(options, around, range, meter)
    partitions.push(replayed.partition)
    checked.same += replayed.same
    checked.notKept += replayed.notKept
    difference = replayed.difference
  }
  const complete =
    partitions.length === ranges.length && partitions.every(({ to }, i) => to === ranges[i]!.to)
  const seconds = meter.seconds
  const name = settings.name
  return {
    pipeline: name,
    partitions,
    seconds,
    checked: options.check ? checked : null,
    difference,
    complete,
  }
}

async function settleRanges(
  { log, settings, from, to, partitions }: ReplayOptions,
  { line, wire, library }: ReplaySurroundings,
): Promise<PartitionRange[]> {
  const { inputTopic: input, topics, name } = settings
  const count = await log.partitions(input)
  const unknown = partitions?.find((partition) => partition >= count)
  if (unknown !== undefined) {
    throw new ReplayRangeError(
      count === 0
        ? `there is no topic ${input} in this log; is it the log that ${name} runs on?`
        : `${input} has ${countOf(count, 'partition')}${count === 1 ? ', 0' : `, 0 to ${count - 1}`}; there is no ${unknown}`,
    )
  }
  const ranges: PartitionRange[] = []
  let begun = false
  for (const partition of partitions ?? Array.from({ length: count }, (_, p) => p)) {
    const history = await readPartitionHistory(log, { ...topics, input }, partition, { line, wire })
    if (history.position === null) continue
    begun = true
    if (history.position.fingerprint !== line.fingerprint) {
      throw new ReplayRangeError(
        `the configuration gives ${name} states of another kind than those in the log: replay with the configuration, and the flags, that it runs with`,
      )
    }
    const range = await settleRange(log, input, history, { from, to }, pipelineDecoder(settings))
    if (range === null) continue
    checkVersions(library, range, topics.weights)
    ranges.push(range)
  }
  if (!begun) throw new ReplayRangeError(`nothing of ${input} was forecast yet by ${name}: start it first`)
  if (ranges.length === 0) {
    throw new ReplayRangeError('there is no record in that range that was forecast; look at --from and --to')
  }
  return ranges
}

/** Make the topics that are published to, which must be empty: a second replay would follow on the first. */
async function preparePublishing(
  log: Log,
  settings: PipelineSettings,
  topics: PipelineTopics,
): Promise<void> {
  const names = OUTCOME_TOPICS.map((name) => topics[name])
  const partitions = await log.partitions(settings.inputTopic)
  await log.createTopics(topicSpecs(topics, partitions, {}).filter(({ topic }) => names.includes(topic)))
  for (const topic of names) {
    for (let partition = 0; partition < partitions; partition++) {
      if ((await log.bounds(topic, partition)).end === 0) continue
      throw new ReplayRangeError(
        `${topic} already holds records of another replay; publish under a name of its own with --prefix`,
      )
    }
  }
}

async function replayRange(
  { log, settings, publishTo, check, signal }: ReplayOptions,
  around: ReplaySurroundings,
  range: PartitionRange,
  meter: ReplayMeter,
) {
  const { history, from, warmFrom, snapshot } = range
  const { partition } = history
  const outcomes = { forecasts: 0, scores: 0, lifecycle: 0, deadLetters: 0 }
  const comparisons = OUTCOME_TOPICS.map((name) => {
    const topic = settings.topics[name]
    return { name, comparison: new TopicComparison(log, topic, partition, range, settings.graceMs === 0) }
  })
  let next = warmFrom
  let difference: Difference | null = null
  try {
    for await (const step of replayPartition(around, history, from, range.to, signal)) {
      const records = outcomeRecords(around.wire, partition, step.outcome)
      if (check) {
        for (const { name, comparison } of comparisons) difference ??= await comparison.take(records[name])
      }
      if (difference) break
      for (const name of OUTCOME_TOPICS) {
        outcomes[name] += records[name].length
        if (publishTo && records[name].length > 0) await log.append(publishTo[name], records[name])
      }
      next = step.next
      meter.count(step.records)
      if (signal.aborted) break
    }
    if (!signal.aborted && !difference) {
      next = range.to
      if (check) for (const { comparison } of comparisons) difference ??= await comparison.finish()
    }
  } finally {
    for (const { comparison } of comparisons) await comparison.close()
  }
  const sum = (of: (comparison: TopicComparison) => number) =>
    comparisons.reduce((total, { comparison }) => total + of(comparison), 0)
  return {
    partition: { partition, from, to: next, warmFrom, snapshot, outcomes } satisfies ReplayedPartition,
    same: sum(({ compared }) => compared),
    notKept: sum(({ notKept }) => notKept),
    difference,
  }
}

/** Counts records, and says how quickly they go. */
class ReplayMeter {
  private readonly total: number
  private readonly beganMs: number
  private done = 0

  constructor(
    ranges: readonly PartitionRange[],
    private readonly clock: Clock,
    private readonly report: ReplayOptions['onProgress'],
  ) {
    this.total = ranges.reduce((sum, { warmFrom, to }) => sum + to - warmFrom, 0)
    this.beganMs = clock.now()
  }

  get seconds(): number {
    return Math.round(this.clock.now() - this.beganMs) / 1000
  }

  count(records: number): void {
    this.done += records
    const perSecond = this.done / Math.max(0.001, this.seconds)
    const secondsLeft = this.done > 0 ? Math.max(0, this.total - this.done) / perSecond : null
    this.report?.({ done: this.done, total: this.total, perSecond, secondsLeft })
  }
}
