import { EMPTY, type Observable, takeUntil, throwError, timer } from 'rxjs'
import { ForetideError } from '#shared/errors/foretide-error'
import { LogAwayError, LogUnavailableError } from '#shared/log/errors'
import { pauseAfter } from '#shared/log/outlast'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'

/** So many failures in a row whose cause waiting may not mend. */
const UNEXPLAINED_MAX = 5

export interface RestoreRetriesOptions {
  readonly pipeline: string
  readonly partition: number
  readonly metrics: PipelineMetrics
  readonly notes: StructuredLog
  /** Emits when the forecaster is told to stop: then nothing is tried again. */
  readonly stopping$: Observable<unknown>
  readonly isStopping: () => boolean
}

/**
 * What becomes of a partition after a failure: while the log is away it is tried for as long as that takes, after other passing failures a
 * few times, after what waiting cannot mend not at all.
 */
export class RestoreRetries {
  #away = 0
  #unexplained = 0

  constructor(private readonly options: RestoreRetriesOptions) {}

  /** A batch was committed. */
  worked(): void {
    this.#away = 0
    this.#unexplained = 0
  }

  /** Emits when it is time to try again; errors when it never will be; completes when the forecaster stops. */
  after(error: unknown): Observable<unknown> {
    const { pipeline, partition, metrics, notes, stopping$, isStopping } = this.options
    const away = error instanceof LogAwayError
    const passing = away || !(error instanceof ForetideError) || error instanceof LogUnavailableError
    if (away) this.#away++
    else this.#unexplained++
    if (!passing || this.#unexplained > UNEXPLAINED_MAX) return throwError(() => error)
    const reason = error instanceof Error ? error.message : String(error)
    if (isStopping()) {
      notes.warn('states not saved; the next start computes them again', { pipeline, partition, reason })
      return EMPTY
    }
    metrics.commitFailed()
    const waitMs = pauseAfter(away ? this.#away : 1)
    notes.warn('commit failed, restoring', { pipeline, partition, reason, secondsToWait: waitMs / 1000 })
    return timer(waitMs).pipe(takeUntil(stopping$))
  }
}
