import type { Clock } from '#shared/clock/clock'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'

/** How long nothing may have been consumed, at no lag, for the input to count as done. */
const QUIET_MS = 500

/** Counts what a pipeline consumes, to tell when everything that was fed has been forecast. */
export class DrainWatch {
  readonly metrics: PipelineMetrics
  consumed = 0
  #lastMs: number

  constructor(
    inner: PipelineMetrics,
    private readonly clock: Clock,
  ) {
    this.#lastMs = clock.now()
    this.metrics = {
      ...inner,
      consumed: (partition, records) => {
        this.consumed += records
        this.#lastMs = clock.now()
        inner.consumed(partition, records)
      },
    }
  }

  /** Resolves when the input is done, with the time of the last commit; or null when `signal` aborts before. */
  async drained(lag: () => number, signal: AbortSignal): Promise<number | null> {
    const fromMs = this.clock.now()
    while (!signal.aborted) {
      const quietMs = this.clock.now() - Math.max(this.#lastMs, fromMs)
      if (lag() === 0 && quietMs >= QUIET_MS) return this.#lastMs
      await this.clock.sleep(100, signal)
    }
    return null
  }
}
