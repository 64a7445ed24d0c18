import { FeederTurn } from '#services/feeder/feeder-turn'
import type { FeedProgress } from '#services/feeder/report-progress'
import { type FeedResult, runFeeder } from '#services/feeder/run-feeder'
import { type ForecasterHandle, runForecaster } from '#services/forecaster/run-forecaster'
import type { TrainerHandle } from '#services/trainer/run-trainer'
import type { Clock } from '#shared/clock/clock'
import type { LogSettings } from '#shared/configuration/log-settings'
import type { LogListener } from '#shared/log/log-listener'
import type { Log } from '#shared/log/port'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { FeedStatus, PipelineStatus } from '#shared/telemetry/platform-status'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { tellFindings } from '../commands/tell-findings.js'
import { DrainWatch } from './drain-watch.js'
import type { PipelinePlan } from './pipeline-plan.js'
import type { StopSequence } from './stop-sequence.js'

export interface PipelineSurroundings {
  readonly log: Log
  readonly logSettings: LogSettings
  readonly logListener: LogListener
  readonly clock: Clock
  readonly metrics: PipelineMetrics
  readonly notes: StructuredLog
  readonly stops: StopSequence
  readonly onFeedProgress: (pipeline: string, progress: FeedProgress) => void
}

/** What a feed came to, when all of it has been forecast. */
export interface FeedOutcome extends FeedResult {
  /** Events consumed per second, from the first one sent to the last one committed; null when it was stopped before. */
  readonly forecastPerSecond: number | null
}

const READY_POLL_MS = 10
/** A process that has not got to send for so long says that another one does; a group takes some seconds to meet. */
const WAIT_TOLD_MS = 10_000

/** One pipeline's services in this process: forecaster, trainer, feeder. */
export class RunningPipeline {
  readonly #watch: DrainWatch
  #forecaster: ForecasterHandle | null = null
  #trainer: TrainerHandle | null = null
  #feed: FeedStatus | null = null

  constructor(
    private readonly plan: PipelinePlan,
    private readonly around: PipelineSurroundings,
  ) {
    this.#watch = new DrainWatch(around.metrics, around.clock)
  }

  get name(): string {
    return this.plan.settings.name
  }

  /** Nothing is learned any more, and only another start changes that. */
  get trainerGivenUp(): boolean {
    return this.#trainer?.status().givenUp ?? false
  }

  get ready(): boolean {
    return this.#forecaster?.status().ready ?? false
  }

  get partitionsOwned(): number {
    return this.#forecaster?.status().partitionsOwned ?? 0
  }

  /**
   * Take the pipeline's partitions and restore what the log holds of them.
   * @returns `done`, which rejects when the forecaster cannot go on, and resolves when it has been stopped
   */
  async startForecaster(): Promise<{ readonly done: Promise<void> }> {
    const { log, clock, notes, stops } = this.around
    const pipeline = this.plan.settings
    const forecaster = await runForecaster({ log, pipeline, clock, metrics: this.#watch.metrics, notes })
    this.#forecaster = forecaster
    stops.add('forecaster', () => forecaster.stop())
    return { done: forecaster.done }
  }

  /** Resolves when every partition reads new records, or when `signal` aborts. */
  async restored(signal: AbortSignal): Promise<void> {
    while (!this.ready && !signal.aborted) await this.around.clock.sleep(READY_POLL_MS, signal)
  }

  /** Learn beside the forecaster, where the pipeline wants that. */
  async startTrainer(): Promise<void> {
    const { notes, stops, logSettings, logListener } = this.around
    const pipeline = this.plan.settings
    if (!pipeline.learn) return
    const { runTrainer } = await import('#services/trainer/run-trainer')
    const alone = this.#forecaster === null
    const { metrics } = this.#watch
    const trainer = runTrainer({
      ...{ log: logSettings, pipeline, metrics, notes, tellsDecisions: alone },
      ...(alone ? { listener: logListener } : {}),
    })
    this.#trainer = trainer
    stops.add('trainer', () => trainer.stop())
  }

  /** Send the pipeline's feed. Of several processes one sends, and when it is gone another goes on. @returns null when it has none, or another sent it */
  async runFeed(signal: AbortSignal): Promise<FeedOutcome | null> {
    const { log, clock, metrics, notes } = this.around
    const { settings, speed } = this.plan
    const feed = await this.plan.feed()
    if (feed === null || signal.aborted) return null
    // At once: at the pace of its times a feed may end in years.
    tellFindings(feed.findings, (line) => notes.warn(line, { pipeline: settings.name }))
    const lag = () => this.#forecaster?.status().lagRecords ?? 0
    const fromMs = clock.now()
    const before = this.#watch.consumed
    let told: number | null = null
    let counted = 0
    const turn = new FeederTurn(log, settings.inputTopic, `foretide-${settings.name}-feeder`)
    let waitsSinceMs = clock.now()
    let hadTurn = false
    const isOurs = () => {
      const { ours } = turn
      if (ours) hadTurn = true
      else if (!hadTurn && clock.now() - waitsSinceMs > WAIT_TOLD_MS) {
        waitsSinceMs = Number.POSITIVE_INFINITY
        notes.info('another process feeds', { pipeline: settings.name })
      }
      return ours
    }
    const count = (events: number) => {
      counted += events
      metrics.feed(events)
    }
    const result = await runFeeder({
      ...{
        log,
        feed,
        clock,
        signal,
        lag,
        isOurs,
        outlasts: true,
        topic: settings.inputTopic,
        partitions: settings.partitions,
      },
      ...(speed === undefined ? {} : { speed }),
      onProgress: (progress) => {
        const { sent, total, eventTimeMs } = progress
        // The first report includes what earlier runs sent; the rest of it is counted at the end.
        if (told !== null) count(sent - told)
        told = sent
        this.#feed = {
          ...{ sent, total, done: sent === total },
          eventTimeMs: Number.isFinite(eventTimeMs) ? eventTimeMs : null,
        }
        this.around.onFeedProgress(settings.name, progress)
      },
    }).finally(turn.release)
    // Stopped while another process fed: there is nothing to tell.
    if (!hadTurn) return null
    count(Math.max(0, result.sent - counted))
    if (!result.finished || result.sent === 0) return { ...result, forecastPerSecond: null }
    const toMs = await this.#watch.drained(lag, signal)
    const seconds = toMs === null ? Number.NaN : Math.max(0.001, (toMs - fromMs) / 1000)
    const forecastPerSecond = toMs === null ? null : (this.#watch.consumed - before) / seconds
    return { ...result, forecastPerSecond }
  }

  status(): PipelineStatus {
    const forecaster = this.#forecaster?.status()
    return {
      pipeline: this.plan.settings.name,
      eventsPerSecond: forecaster?.eventsPerSecond ?? 0,
      lagRecords: forecaster?.lagRecords ?? 0,
      seriesHeld: forecaster?.seriesHeld ?? 0,
      servingVersion: forecaster?.servingVersion ?? 0,
      lastTraining: this.#trainer?.status().lastTraining ?? null,
      training: this.#trainer?.status().training ?? null,
      trainerGivenUp: this.trainerGivenUp,
      coverage80: forecaster?.coverage80 ?? null,
      mase: forecaster?.mase ?? null,
      feed: this.#feed,
    }
  }
}
