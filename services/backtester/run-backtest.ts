import type { Clock } from '#shared/clock/clock'
import { createLearner } from '#shared/composition/create-learner'
import { assemblePipeline, pipelineUntrainedWeights } from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { topicSpecs } from '#shared/contracts/topics'
import { contestRecord, verdictRecord, weightsRecord } from '#shared/contracts/weights-records'
import type { Feed } from '#shared/feed/feed'
import { sensorEventRecord } from '#shared/feed/sensor-event-record'
import type { Forecast } from '#shared/forecast/forecast'
import type { Learner } from '#shared/learning/learner'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Log, NewRecord, Ownership } from '#shared/log/port'
import { restorePartition } from '#shared/pipeline/restore-partition'
import { slotScoreOf } from '#shared/pipeline/slot-score'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { SlotScore } from '#shared/promotion/running-contest'
import { type BacktestScore, BacktestScorer, type ScoredOutcome } from '#shared/scoring/backtest-scorer'
import { type ProtocolRows, resolveProtocol } from '#shared/scoring/test-protocol'

export interface BacktestProgress {
  readonly events: number
  readonly total: number
  readonly eventsPerSecond: number
  /** null before a rate is known. */
  readonly secondsLeft: number | null
  /** Set while a training session runs. */
  readonly training: { readonly step: number; readonly steps: number } | null
}

export interface BacktestOptions {
  readonly feed: Feed
  readonly settings: PipelineSettings
  /** For rates and progress; the line itself runs in the events' own time. */
  readonly clock: Clock
  readonly signal: AbortSignal
  /** A published protocol's test part. Without one the last half of the data is scored. */
  readonly protocol?: ProtocolRows
  /** Sees every forecast, in the order in which the line issues them. */
  readonly onForecast?: (forecast: Forecast) => void
  /** Sees every outcome that is scored. */
  readonly onOutcome?: (outcome: ScoredOutcome) => void
  readonly onProgress?: (progress: BacktestProgress) => void
}

export interface BacktestReport extends BacktestScore {
  readonly source: string
  readonly series: number
  readonly horizon: number
  readonly scoredFrom: string
  readonly events: number
  /** Events per second of the line alone. */
  readonly eventsPerSecond: number
  readonly trainingSeconds: number
  readonly trainings: readonly {
    readonly time: string
    readonly version: number
    readonly promoted: boolean
  }[]
}

/** A feed's events are written anew, whatever the pipeline's input looks like in life. */
const OWN_FIELDS = { series: 'series', time: 'time', value: 'value', values: 'values' }

/** Events appended at once; training is looked at between two such chunks. */
const CHUNK = 2_000

/**
 * Replay a feed through the line in virtual time, learning included, over a log in memory, and score every forecast.
 * Training takes no stream time: a session sees exactly what came before it, and its weights serve what comes after.
 */
export async function runBacktest(options: BacktestOptions): Promise<BacktestReport> {
  const { feed, clock, signal } = options
  const settings: PipelineSettings = {
    ...{ ...options.settings, partitions: 1, levels: [] },
    ...{ fields: OWN_FIELDS, timeUnit: 'ms', timeUnitExplicit: false },
  }
  const { topics, inputTopic } = settings
  const log = new MemoryLog()
  await log.createTopics([
    { topic: inputTopic, partitions: 1, cleanup: 'delete' },
    ...topicSpecs(topics, 1, {}),
  ])
  const { line, wire } = assemblePipeline(settings, true)
  const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), (_, error) => {
    throw error
  })
  const ownership = await ownPartition(log, inputTopic)
  const { run } = await restorePartition(log, ownership, inputTopic, {
    line,
    wire,
    library,
    topics,
    clock,
    batchMax: settings.batchMax,
    flushAfterMs: Number.POSITIVE_INFINITY,
    pinnedVersion: settings.pinnedVersion,
    decides: true,
    publish: false,
  })
  const span = await spanOf(feed)
  const protocol = options.protocol
    ? await resolveProtocol(feed, options.protocol, settings.horizon, settings.cadenceMs)
    : undefined
  const scoredFromMs = protocol
    ? protocol.fromMs - settings.cadenceMs
    : span.first + (span.last - span.first) / 2
  const scorer = new BacktestScorer({
    horizon: settings.horizon,
    cadenceMs: settings.cadenceMs,
    season: line.season,
    expertNames: line.experts.map((expert) => expert.name),
    scoredFromMs,
    protocol,
    onOutcome: options.onOutcome,
  })
  const total = protocol ? await countBefore(feed, protocol.toMs) : feed.total
  const session = settings.learn ? new LearningSession(log, settings, options) : null

  let events = 0
  let lineMs = 0
  const beganMs = clock.now()
  const report = (training: BacktestProgress['training']) => {
    const eventsPerSecond = events / Math.max(0.001, lineMs / 1000)
    // By the time that all of it took so far, training included: the rate is that of the line alone.
    const elapsed = (clock.now() - beganMs) / 1000
    const secondsLeft = events > 0 ? ((total - events) * elapsed) / events : null
    options.onProgress?.({ events, total, eventsPerSecond, secondsLeft, training })
  }
  const never = new Promise<void>(() => undefined)
  for await (const chunk of chunks(feed, total)) {
    if (signal.aborted) break
    await log.append(inputTopic, chunk)
    const { end } = await log.bounds(inputTopic, 0)
    const startedMs = clock.now()
    while (run.consumed < end) {
      const step = await run.step(never)
      if (!step) break
      for (const forecast of step.outcome.forecasts) {
        scorer.take(forecast)
        options.onForecast?.(forecast)
      }
      session?.learner.take(0, step.consumed)
      for (const score of step.outcome.scores) session?.takeScore(slotScoreOf(line, score))
    }
    lineMs += clock.now() - startedMs
    events += chunk.length
    report(null)
    // The log in memory answers at once, so nothing else would give signals and meters their turn.
    await clock.sleep(0, signal)
    await session?.advance(report)
    await library.catchUp(log, topics.weights)
  }
  await log.close()
  const trainings = session?.trainings ?? []
  return {
    ...scorer.result(),
    source: feed.name,
    series: feed.series,
    horizon: settings.horizon,
    scoredFrom: new Date(scoredFromMs).toISOString(),
    events,
    eventsPerSecond: Math.round(events / (lineMs / 1000)),
    trainingSeconds: Math.round((session?.trainingMs ?? 0) / 100) / 10,
    trainings,
  }
}

/** The trainer's part of a backtest: trains when due, publishes to the weights topic, and keeps account. */
class LearningSession {
  readonly learner: Learner
  readonly trainings: { time: string; version: number; promoted: boolean }[] = []
  trainingMs = 0
  /** Scores so far, which stand in for the offsets of a scores topic. */
  private scores = 0

  constructor(
    private readonly log: Log,
    private readonly settings: PipelineSettings,
    private readonly options: BacktestOptions,
  ) {
    this.learner = createLearner(settings, pipelineUntrainedWeights(settings))
  }

  takeScore(score: SlotScore): void {
    this.learner.takeScore(0, this.scores++, score)
  }

  async advance(report: (training: BacktestProgress['training']) => void): Promise<void> {
    const { topics } = this.settings
    const decision = this.learner.decide()
    if (decision) {
      await this.log.append(topics.weights, [verdictRecord(decision, this.learner.streamTimeMs)])
      const { version } = decision.weights.manifest
      const training = this.trainings.find((it) => it.version === version)
      if (training && decision.kind === 'promote') training.promoted = true
    }
    const plan = this.learner.due()
    if (!plan) return
    const startedMs = this.options.clock.now()
    const result = await this.learner.train(plan, this.options.signal, report)
    this.trainingMs += this.options.clock.now() - startedMs
    if (this.options.signal.aborted) return
    const time = new Date(this.learner.streamTimeMs).toISOString()
    this.trainings.push({ time, version: result.weights.manifest.version, promoted: false })
    if (!result.better) return
    const contest = this.learner.challenge(result.weights, [this.scores])
    const streamTimeMs = this.learner.streamTimeMs
    await this.log.append(topics.weights, [
      weightsRecord(result.weights),
      contestRecord(contest, streamTimeMs),
    ])
  }
}

/** The one partition of a backtest's input, owned until its log closes. */
function ownPartition(log: Log, topic: string): Promise<Ownership> {
  return new Promise((resolve, reject) => {
    log.ownerships(topic, 'backtest').subscribe({ next: resolve, error: reject })
  })
}

async function spanOf(feed: Feed): Promise<{ readonly first: number; readonly last: number }> {
  let first = Number.NaN
  let last = Number.NaN
  for await (const { timeMs } of feed.events()) {
    if (Number.isNaN(first)) first = timeMs
    last = timeMs
  }
  return { first, last }
}

/** Events before a time: what comes after a protocol's last target is not read. */
async function countBefore(feed: Feed, endMs: number): Promise<number> {
  let count = 0
  for await (const { timeMs } of feed.events()) {
    if (timeMs >= endMs) break
    count++
  }
  return count
}

async function* chunks(feed: Feed, total: number): AsyncGenerator<NewRecord[]> {
  let chunk: NewRecord[] = []
  let count = 0
  for await (const event of feed.events()) {
    if (count++ >= total) break
    // In virtual time a record is logged the moment its event happens.
    chunk.push(sensorEventRecord(event, 0, event.timeMs, []))
    if (chunk.length < CHUNK) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}
