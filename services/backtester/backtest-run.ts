import type { Clock } from '#shared/clock/clock'
import { Ending } from '#shared/clock/ending'
import {
  assemblePipeline,
  pipelineUntrainedWeights,
  snapshotPolicy,
} from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { topicSpecs } from '#shared/contracts/topics'
import type { Forecast } from '#shared/forecast/forecast'
import { PublishedLevels } from '#shared/forecast/quantile-levels'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Log, NewRecord, Ownership } from '#shared/log/port'
import type { ForecastLine } from '#shared/pipeline/forecast-line'
import type { PartitionRun } from '#shared/pipeline/partition-run'
import { restorePartition } from '#shared/pipeline/restore-partition'
import { slotScoreOf } from '#shared/pipeline/slot-score'
import { UNLIMITED_FLUSH } from '#shared/pipeline/state-pace'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { BacktestScorer, type ScoredOutcome } from '#shared/scoring/backtest-scorer'
import type { Season } from '#shared/series/season'
import type { BacktestReport } from './backtest-report.js'
import { LearningSession, type TrainingStep } from './learning-session.js'
import { LEFT_OUT } from './left-out.js'
import type { ScoredPart } from './scored-part.js'

/** Whoever looks on while a configuration is backtested. */
export interface BacktestObserver {
  /** Sees every forecast, in the order in which the line issues them. */
  onForecast?(forecast: Forecast): void
  /** Sees every outcome that is scored. */
  onOutcome?(outcome: ScoredOutcome): void
  /** Waited for between two stretches of events, so that what is written to a disk does not gather in memory. */
  settle?(): Promise<void>
}

/** What an observer may want to know of the run before it begins. */
export interface RunAbout {
  readonly part: ScoredPart
  readonly settings: PipelineSettings
  readonly season: Season
  readonly published: PublishedLevels
  /** Experts of the line, in the order of a forecast's shares. */
  readonly expertNames: readonly string[]
  /** The other forecasters, in the order in which an outcome's `said` has them. */
  readonly otherNames: readonly string[]
}

export type Observe = (about: RunAbout) => BacktestObserver

export interface RunOptions {
  readonly settings: PipelineSettings
  readonly part: ScoredPart
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly observe: Observe
  /** What MASE, skill and the simple methods go by; the line's own where nothing else is said. */
  readonly scoredSeason?: Season
}

/** A feed's events are written anew, whatever the pipeline's input looks like in life. */
const OWN_FIELDS = { series: 'series', time: 'time', value: 'value', values: 'values' }

/** One configuration that is backtested: the line over a log in memory, the trainer beside it, and the scorer. */
export class BacktestRun {
  lineMs = 0
  private processorMs = 0
  private events = 0
  private readonly leftOut: Record<string, number> = {}
  /** Whether nobody looks at a forecast again once it is scored. */
  private readonly recycles: boolean

  private constructor(
    private readonly options: RunOptions,
    private readonly log: MemoryLog,
    private readonly line: ForecastLine,
    private readonly run: PartitionRun,
    private readonly library: WeightsLibrary,
    private readonly session: LearningSession | null,
    private readonly scorer: BacktestScorer,
    private readonly observer: BacktestObserver,
  ) {
    this.recycles = !(session || observer.onForecast || observer.onOutcome)
    // From the first array on, lest what takes them be compiled twice.
    if (this.recycles) line.slab.recycle()
  }

  static async open(options: RunOptions): Promise<BacktestRun> {
    const { clock, part } = options
    const settings: PipelineSettings = {
      ...{ ...options.settings, partitions: 1 },
      ...{ fields: OWN_FIELDS, timeUnit: 'ms', timeUnitExplicit: false },
    }
    const { topics, inputTopic } = settings
    const log = new MemoryLog({ keepsAppended: true })
    await log.createTopics([
      { topic: inputTopic, partitions: 1, cleanup: 'delete' },
      ...topicSpecs(topics, 1, {}),
    ])
    const { line, wire } = assemblePipeline(settings, { keepExperts: true, scores: settings.learn })
    const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
      refused: (_, error) => {
        throw error
      },
    })
    const { run } = await restorePartition(log, await ownPartition(log, inputTopic), inputTopic, {
      ...{ line, wire, library, topics, clock },
      batchMax: settings.batchMax,
      flushAfterMs: Number.POSITIVE_INFINITY,
      flushLimits: UNLIMITED_FLUSH,
      snapshots: snapshotPolicy({ ...settings, snapshotEveryMs: null }),
      decides: true,
      publish: false,
    })
    const expertNames = line.experts.map((expert) => expert.name)
    const season = options.scoredSeason ?? line.season
    const published = new PublishedLevels(settings.levels)
    const scorer = new BacktestScorer({
      ...{ horizon: settings.horizon, cadenceMs: settings.cadenceMs, season, expertNames },
      ...{ published, scoredFromMs: part.fromMs },
      protocol: part.protocol,
    })
    const about = { part, settings, season, published, expertNames, otherNames: scorer.names }
    const observer = options.observe(about)
    scorer.onOutcome = observer.onOutcome && ((outcome) => observer.onOutcome?.(outcome))
    const session = settings.learn ? new LearningSession(log, settings, clock, options.signal) : null
    return new BacktestRun({ ...options, settings }, log, line, run, library, session, scorer, observer)
  }

  /** Forecast and score the next records. */
  async take(records: readonly NewRecord[]): Promise<void> {
    const { log } = this
    const { clock, settings } = this.options
    const { inputTopic } = settings
    const startedMs = clock.now()
    const usedBefore = process.cpuUsage()
    await log.append(inputTopic, records)
    const { end } = await log.bounds(inputTopic, 0)
    while (this.run.consumed < end) {
      const step = await this.run.step(never)
      if (!step) break
      for (const forecast of step.outcome.forecasts) {
        this.scorer.take(forecast)
        this.observer.onForecast?.(forecast)
      }
      for (const { reason } of step.outcome.deadLetters) this.leaveOut(reason)
      for (const { event } of step.outcome.lifecycle) if (LEFT_OUT.has(event)) this.leaveOut(event)
      this.session?.take(
        step.consumed,
        step.outcome.scores.map((score) => slotScoreOf(this.line, score)),
      )
      if (this.recycles) this.line.slab.recycle()
    }
    // Nobody reads them again: the trainer has its own.
    log.deleteBefore(inputTopic, 0, end)
    this.lineMs += clock.now() - startedMs
    const { user, system } = process.cpuUsage(usedBefore)
    this.processorMs += (user + system) / 1000
    this.events += records.length
  }

  private leaveOut(why: string): void {
    this.leftOut[why] = (this.leftOut[why] ?? 0) + 1
  }

  /** Train where that is due. */
  async learn(onStep: (step: TrainingStep) => void): Promise<void> {
    await this.observer.settle?.()
    if (this.options.signal.aborted) return
    await this.session?.advance(onStep)
    await this.library.catchUp(this.log, this.options.settings.topics.weights)
  }

  /** All events are taken: judge what waits for a verdict, and train no more, since nothing is left to forecast. */
  async finish(): Promise<void> {
    await this.observer.settle?.()
    if (!this.options.signal.aborted) await this.session?.decide()
  }

  report(feed: { readonly name: string; readonly series: number }): BacktestReport {
    const { settings, part } = this.options
    return {
      ...this.scorer.result(),
      source: feed.name,
      series: feed.series,
      horizon: settings.horizon,
      cadenceMs: settings.cadenceMs,
      scoredFrom: new Date(part.fromMs).toISOString(),
      standardised: (part.protocol?.scales.size ?? 0) > 0,
      events: this.events,
      leftOut: this.leftOut,
      eventsPerSecond: Math.round(this.events / Math.max(0.001, this.lineMs / 1000)),
      processorSeconds: Math.round(this.processorMs) / 1000,
      trainingSeconds: Math.round((this.session?.trainingMs ?? 0) / 100) / 10,
      trainings: this.session?.trainings ?? [],
      verdicts: this.session?.verdicts ?? [],
      driftAlarms: this.session?.driftAlarms ?? [],
    }
  }

  close(): Promise<void> {
    return this.log.close()
  }
}

const never = new Ending()

/** The one partition of a backtest's input, owned until its log closes. */
function ownPartition(log: Log, topic: string): Promise<Ownership> {
  return new Promise((resolve, reject) => {
    log.ownerships(topic, 'backtest').subscribe({ next: resolve, error: reject })
  })
}
