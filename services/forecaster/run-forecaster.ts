import {
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  mergeMap,
  Observable,
  repeat,
  retry,
  type Subscription,
  switchMap,
  takeUntil,
  takeWhile,
  tap,
} from 'rxjs'
import type { Clock } from '#shared/clock/clock'
import { Ending } from '#shared/clock/ending'
import {
  assemblePipeline,
  pipelineDecoder,
  pipelineUntrainedWeights,
  snapshotPolicy,
} from '#shared/composition/pipeline-parts'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { outlast } from '#shared/log/outlast'
import type { Log, Ownership } from '#shared/log/port'
import { ControlRequests } from '#shared/pipeline/control-requests'
import type { RewindDecision } from '#shared/pipeline/decision'
import type { PartitionRun, StepReport } from '#shared/pipeline/partition-run'
import { restorePartition } from '#shared/pipeline/restore-partition'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { awaitFirstTraining } from './await-first-training.js'
import { CovariateWatch } from './covariate-watch.js'
import { RestoreRetries } from './restore-retries.js'
import { RestoreWatch } from './restore-watch.js'
import { settlePin } from './settle-pin.js'
import { StepObserver } from './step-observer.js'
import { wantedWhile } from './wanted-while.js'
import { WeightsWatch } from './watch-weights.js'

export interface ForecasterOptions {
  readonly log: Log
  readonly pipeline: PipelineSettings
  readonly clock: Clock
  readonly metrics: PipelineMetrics
  readonly notes: StructuredLog
}

/** What a running forecaster says of itself. */
export interface ForecasterStatus {
  /** Every partition is restored and reads new records. */
  readonly ready: boolean
  /** Partitions that are ours now; none where other processes have them all. */
  readonly partitionsOwned: number
  readonly eventsPerSecond: number
  readonly lagRecords: number
  readonly seriesHeld: number
  readonly servingVersion: number
  readonly coverage80: number | null
  readonly mase: number | null
}

export interface ForecasterHandle {
  status(): ForecasterStatus
  /** Resolves after `stop`; rejects when a partition cannot go on. */
  readonly done: Promise<void>
  /** Finish the batches in flight, save every state, and give the partitions back. */
  stop(): Promise<void>
}

/** Forecast one pipeline: a chain per owned partition, one batch in flight in each, the next pulled when it is committed. */
export async function runForecaster(options: ForecasterOptions): Promise<ForecasterHandle> {
  const { log, pipeline, clock, metrics, notes } = options
  const { name, inputTopic, topics, batchMax, flushAfterMs, flushLimits } = pipeline
  const covariates = new CovariateWatch(name, pipeline.covariates, notes)
  const { line, wire } = assemblePipeline(pipeline, {}, covariates.watching(pipelineDecoder(pipeline)))
  const weightsWatch = new WeightsWatch(name, metrics, notes)
  const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(pipeline), weightsWatch)
  await library.catchUp(log, topics.weights)
  weightsWatch.begin()
  await settlePin(library, { log, pipeline, clock, notes })
  const control = new ControlRequests(wire)
  await control.catchUp(log, topics.control)

  const observer = new StepObserver(
    metrics,
    clock,
    line.scoredKnots.map((knot) => line.knots.leads[knot]),
  )
  const runs = new Map<number, PartitionRun>()
  const ending = new AbortController()
  const stopping = new Ending()
  const stopped$ = new Observable<void>((subscriber) => stopping.whenEnded(() => subscriber.next()))
  const waiting = new AbortController()
  stopping.whenEnded(() => waiting.abort())
  const trained = outlast(clock, waiting.signal, () =>
    awaitFirstTraining({ log, pipeline, clock, notes, signal: waiting.signal }),
  )
  const servingVersion = () =>
    Math.max(0, ...[...runs.values()].map((run) => run.state.serving.weights.version))
  let served = -1
  const noteServing = () => {
    const version = servingVersion()
    if (version === served) return
    if (served >= 0) notes.info('weights promoted', { pipeline: name, version })
    served = version
    metrics.serving({ version, trainedToMs: library.get(version)?.manifest.trainedToMs ?? null })
  }

  const watch = new RestoreWatch(name, clock, notes)
  const runOptions = {
    ...{ line, wire, library, topics, clock, batchMax, flushAfterMs, flushLimits },
    ...{ snapshots: snapshotPolicy(pipeline), decides: true, publish: true },
    ...{
      control,
      onRewind: (partition: number, rewind: RewindDecision | null) =>
        tellRewind(notes, name, partition, rewind),
    },
  }
  const restored$ = (own: Ownership) =>
    wantedWhile(
      (signal) =>
        restorePartition(log, own, inputTopic, runOptions, {
          onProgress: (done, total) => watch.update(own.partition, done, total),
          signal,
        }),
      ({ run }) => run.close(),
    ).pipe(
      finalize(() => watch.end(own.partition)),
      tap(({ run, series, replay, rebuilt }) => {
        runs.set(own.partition, run)
        observer.restored(own.partition, series)
        noteServing()
        if (series > 0 || replay > 0) {
          notes.info('restored', {
            pipeline: name,
            partition: own.partition,
            series,
            replay,
            rebuilt: rebuilt || undefined,
          })
        }
      }),
    )
  const steps$ = (run: PartitionRun): Observable<StepReport> =>
    // A step listens to the end only while it waits for records; with a backlog it never waits.
    defer(async () => {
      await trained
      return stopping.ended ? null : run.step(stopping)
    }).pipe(
      repeat(),
      takeWhile((report): report is StepReport => report !== null),
    )
  const partition$ = (own: Ownership) => {
    const retries = new RestoreRetries({
      ...{ pipeline: name, partition: own.partition, metrics, notes },
      ...{ stopping$: stopped$, isStopping: () => stopping.ended },
    })
    return restored$(own).pipe(
      // Nothing is in memory yet that would have to be saved.
      takeUntil(stopped$),
      switchMap(({ run }) =>
        concat(steps$(run), defer(() => run.flush()).pipe(ignoreElements())).pipe(
          tap((report) => {
            retries.worked()
            observer.step(report, run.state.series.size)
            noteServing()
          }),
          finalize(() => {
            run.close()
            if (runs.get(own.partition) === run) runs.delete(own.partition)
            observer.lost(own.partition)
          }),
        ),
      ),
      // What failed to commit is not in the log: forget what is in memory and go on from there.
      retry({ delay: (error) => retries.after(error) }),
      takeUntil(own.lost$),
    )
  }

  const following = trained.then(async () => {
    const { signal } = ending
    await outlast(clock, signal, () => library.catchUp(log, topics.weights))
    await Promise.all([
      library.follow(log, topics.weights, signal),
      control.follow(log, topics.control, signal),
    ])
  })
  let endIfDone: () => void = () => undefined
  /** Partitions that are ours now. */
  const owned = new Set<number>()
  let subscription: Subscription | undefined
  const done = new Promise<void>((resolve, reject) => {
    endIfDone = () => {
      if (stopping.ended && owned.size === 0) resolve()
    }
    stopping.whenEnded(endIfDone)
    subscription = log
      .ownerships(inputTopic, `foretide-${name}`)
      .pipe(
        mergeMap((own) => {
          if (stopping.ended) return EMPTY
          owned.add(own.partition)
          return partition$(own).pipe(
            finalize(() => {
              owned.delete(own.partition)
              endIfDone()
            }),
          )
        }),
      )
      .subscribe({ error: reject, complete: resolve })
    following.catch(reject)
  })
  const finished = done.finally(() => {
    ending.abort()
    subscription?.unsubscribe()
  })
  finished.catch(() => undefined)
  return {
    status: () => ({
      ready: owned.size > 0 && runs.size === owned.size && [...runs.values()].every((run) => run.caughtUp),
      partitionsOwned: owned.size,
      eventsPerSecond: observer.rate.perSecond(clock.now()),
      lagRecords: observer.lagRecords,
      seriesHeld: observer.seriesHeld,
      servingVersion: servingVersion(),
      ...observer.live.overall(),
    }),
    done: finished,
    stop: async () => {
      stopping.end()
      await finished.catch(() => undefined)
    },
  }
}

/** @param rewind null: it cannot be had */
function tellRewind(
  notes: StructuredLog,
  pipeline: string,
  partition: number,
  rewind: RewindDecision | null,
): void {
  if (rewind) {
    const { until, offset } = rewind
    notes.info('rewinding', { pipeline, partition, from: until, to: offset })
    return
  }
  const reason = 'there is no snapshot before the span, and the records before it were deleted'
  notes.warn('a rewind cannot be had; states stay as they are', { pipeline, partition, reason })
}
