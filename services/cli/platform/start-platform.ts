import type { FeedProgress } from '#services/feeder/report-progress'
import { runGateway } from '#services/gateway/run-gateway'
import type { Clock } from '#shared/clock/clock'
import { openLog } from '#shared/composition/open-log'
import { pipelineTopicSpecs } from '#shared/composition/pipeline-topics'
import type { Configuration } from '#shared/configuration/configuration'
import { GroupTakenError } from '#shared/log/errors'
import type { Log } from '#shared/log/port'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { createTelemetry } from '#shared/telemetry/telemetry'
import { DataFolderTakenError } from './data-folder-taken-error.js'
import { describeReadiness } from './describe-readiness.js'
import { type PipelinePlan, planPipelines } from './pipeline-plan.js'
import { type FeedOutcome, RunningPipeline } from './running-pipeline.js'
import type { Service } from './service.js'
import { StopSequence } from './stop-sequence.js'
import { tellLeftLog } from './tell-left-log.js'
import { tellLog } from './tell-log.js'

export interface PlatformOptions {
  /** What this process runs. Health and metrics are served whatever it is. */
  readonly services: ReadonlySet<Service>
  readonly configuration: Configuration
  readonly clock: Clock
  readonly notes: StructuredLog
  readonly version: string
  /** Ends the waiting for partitions, which others may have for ever. */
  readonly stop: AbortSignal
  readonly onFeedProgress: (pipeline: string, progress: FeedProgress) => void
  readonly onFeedEnd: (pipeline: string, outcome: FeedOutcome) => void
}

export interface Platform {
  /** Of the live page. */
  readonly url: string
  readonly plans: readonly PipelinePlan[]
  /** Rejects when a service cannot go on; never resolves before `stop`. */
  readonly failed: Promise<void>
  /** The log has not answered for some seconds: nothing can be saved. */
  logIsAway(): boolean
  /** Stop everything; the forecaster saves its states. Idempotent. */
  stop(): Promise<void>
}

/** Start every service of a configuration in this process. What has started is stopped again when another cannot start. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const stops = new StopSequence()
  try {
    return await startServices(options, stops)
  } catch (error) {
    await stops.run().catch(() => undefined)
    throw error
  }
}

async function startServices(options: PlatformOptions, stops: StopSequence): Promise<Platform> {
  const { configuration, clock, notes, version, services } = options
  const { dataDir } = configuration.log
  const plans = await planPipelines(configuration)
  const telemetry = createTelemetry({ pipelines: plans.map(({ settings }) => settings), clock, version })
  const teller = tellLog(notes, telemetry.log)
  const log = await openLog(configuration.log, clock, false, teller)
  stops.add('log', () => log.close())
  await createTopics(log, plans)
  if (services.has('forecaster')) {
    await tellLeftLog(
      configuration.log,
      log,
      plans.map(({ settings }) => settings),
      notes,
    )
  }

  const running = plans.map(
    (plan) =>
      new RunningPipeline(plan, {
        ...{ log, logSettings: configuration.log, logListener: teller, clock, notes, stops },
        metrics: telemetry.pipeline(plan.settings.name),
        onFeedProgress: options.onFeedProgress,
      }),
  )
  const ending = new AbortController()
  options.stop.addEventListener('abort', () => ending.abort(), { once: true })
  if (options.stop.aborted) ending.abort()
  // First of all the page: a port in use is found before anything has begun, and people see the rest come up.
  const gateway = await runGateway({
    ...{ log, clock, notes, ...configuration.http },
    pipelines: plans.map(({ settings }) => settings),
    metricsText: () => telemetry.text(),
    probesOnly: !services.has('gateway'),
    readiness: () =>
      describeReadiness({
        pipelines: running,
        services,
        stopping: ending.signal.aborted,
        outage: teller.outage,
      }),
    // What another process forecasts, this one knows from the topics alone.
    status: () => ({
      pipelines: services.has('forecaster') ? running.map((pipeline) => pipeline.status()) : [],
      logAway: teller.outage,
    }),
    signal: new AbortController().signal,
  })
  stops.add('gateway', () => gateway.close())

  const forecasters = services.has('forecaster') ? running : []
  const started = await Promise.all(forecasters.map((pipeline) => pipeline.startForecaster()))
  const forecasting = Promise.all(started.map(({ done }) => done)).then(() => undefined)
  // Nothing is fed or trained before every partition is ours and restored: another process may own them.
  const restored = Promise.all(forecasters.map((pipeline) => pipeline.restored(ending.signal)))
  await Promise.race([restored, forecasting]).catch((error: unknown) => {
    ending.abort()
    throw error instanceof GroupTakenError ? new DataFolderTakenError(dataDir, error) : error
  })

  const feeds = (services.has('feeder') ? running : []).map(async (pipeline, i) => {
    const outcome = await pipeline.runFeed(ending.signal)
    if (outcome) options.onFeedEnd(plans[i]!.settings.name, outcome)
  })
  stops.add('feeder', () => Promise.allSettled(feeds))
  // Without a forecaster or a feed there is nothing that could end by itself.
  const failed = Promise.all([forecasting, ...feeds]).then(() => undefined)
  // Whoever waits for it hears of it; nobody has to. A feed can fail while trainers are being started.
  failed.catch(() => undefined)
  if (services.has('trainer') && !ending.signal.aborted)
    await Promise.all(running.map((pipeline) => pipeline.startTrainer()))
  let stopped: Promise<void> | undefined
  return {
    url: gateway.url,
    plans,
    failed,
    logIsAway: () => teller.isAway,
    stop: () => {
      ending.abort()
      stopped ??= stops.run()
      return stopped
    },
  }
}

async function createTopics(log: Log, plans: readonly PipelinePlan[]): Promise<void> {
  for (const { settings } of plans) {
    await log.createTopics(pipelineTopicSpecs(settings))
  }
}
