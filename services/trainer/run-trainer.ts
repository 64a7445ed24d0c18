import { Worker } from 'node:worker_threads'
import type { LogSettings } from '#shared/configuration/log-settings'
import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { type LogListener, noListener } from '#shared/log/log-listener'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { LastTraining } from '#shared/telemetry/platform-status'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { tellDecision } from '#shared/telemetry/tell-decision'
import { tellLogMessage } from './log-messages.js'
import type { TrainerMessage, TrainerTask } from './trainer-message.js'

export interface TrainerOptions {
  /** The log, which the worker opens for itself. */
  readonly log: LogSettings
  readonly pipeline: PipelineSettings
  readonly metrics: PipelineMetrics
  readonly notes: StructuredLog
  /** Nobody else in this process follows the weights topic and tells what was decided there. */
  readonly tellsDecisions: boolean
  /** Told what the worker's log waits for; left out where another service of this process waits for the same. */
  readonly listener?: LogListener
}

export interface TrainerStatus {
  readonly lastTraining: LastTraining | null
  /** The session that runs now. */
  readonly training: { readonly step: number; readonly steps: number } | null
  /** It has ended too often, and is not started again by this process. */
  readonly givenUp: boolean
}

export interface TrainerHandle {
  status(): TrainerStatus
  stop(): Promise<void>
}

/** A worker that ends by itself is started again, so many times between two finished sessions; then the serving weights stay as they are. */
const RESTARTS_MAX = 20
/** The stop that a worker is given before it is ended: a training step takes a fraction of a second. */
const STOP_MS_MAX = 3_000

/** Learn for one pipeline in a worker thread. Whatever happens to it, forecasting goes on. */
export function runTrainer({
  log,
  pipeline,
  metrics,
  notes,
  tellsDecisions,
  listener = noListener,
}: TrainerOptions): TrainerHandle {
  let lastTraining: LastTraining | null = null
  let training: TrainerStatus['training'] = null
  let stopping = false
  let restarts = 0
  let givenUp = false
  /** A worker of this process has owned the weights topic: the next one may take that claim over, and no claim of another process. */
  let owned = false
  let worker = start()

  function start(): Worker {
    const workerData: TrainerTask = { log, pipeline, takeOver: owned }
    const started = new Worker(new URL('./trainer-worker.js', import.meta.url), { workerData })
    started.on('message', (message: TrainerMessage) => {
      if (message.kind === 'log') tellLogMessage(message.said, listener)
      else if (message.kind === 'owning') owned = true
      else if (message.kind === 'resumed') lastTraining = message.last
      else if (message.kind === 'decision') {
        if (tellsDecisions) tellDecision(pipeline.name, message.told, { metrics, notes })
      } else if (message.kind === 'note') notes.info(message.message, message.fields)
      else if (message.kind === 'progress') training = { step: message.step, steps: message.steps }
      else {
        training = null
        restarts = 0
        lastTraining = message.last
        metrics.training(message.figures)
      }
    })
    started.on('error', (error) =>
      notes.warn('trainer failed', { pipeline: pipeline.name, reason: error.message }),
    )
    started.on('exit', () => {
      training = null
      listener.away(0)
      if (stopping) return
      restarts++
      if (restarts > RESTARTS_MAX) {
        givenUp = true
        metrics.trainerGivenUp()
        notes.error('trainer given up; the serving weights stay, and nothing is learned until a restart', {
          pipeline: pipeline.name,
        })
        return
      }
      metrics.trainerRestarted()
      worker = start()
    })
    return started
  }

  return {
    status: () => ({ lastTraining, training, givenUp }),
    stop: async () => {
      stopping = true
      if (worker.threadId < 0) return
      const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
      worker.postMessage('stop')
      const timer = setTimeout(() => void worker.terminate(), STOP_MS_MAX)
      await ended
      clearTimeout(timer)
    },
  }
}
