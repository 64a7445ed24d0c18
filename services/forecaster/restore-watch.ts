import type { Clock } from '#shared/clock/clock'
import type { StructuredLog } from '#shared/telemetry/structured-log'

const TELL_EVERY_MS = 5_000

/** Tells now and then how far the restoring of a pipeline's partitions is; what is quickly done is not spoken of. */
export class RestoreWatch {
  readonly #progress = new Map<number, { readonly done: number; readonly total: number }>()
  #fromMs = 0
  #toldMs = 0

  constructor(
    private readonly pipeline: string,
    private readonly clock: Clock,
    private readonly notes: StructuredLog,
  ) {}

  /** @param done of `total` offsets of the partition's states were read */
  update(partition: number, done: number, total: number): void {
    const now = this.clock.now()
    if (this.#progress.size === 0) {
      this.#fromMs = now
      this.#toldMs = now
    }
    this.#progress.set(partition, { done, total })
    if (now - this.#toldMs < TELL_EVERY_MS) return
    this.#toldMs = now
    const all = [...this.#progress.values()]
    const read = all.reduce((sum, one) => sum + one.done, 0)
    const left = all.reduce((sum, one) => sum + one.total - one.done, 0)
    const perSecond = (1000 * read) / (now - this.#fromMs)
    this.notes.info('restoring', {
      pipeline: this.pipeline,
      partitions: all.filter((one) => one.done < one.total).length,
      percent: Math.floor((100 * read) / (read + left)),
      recordsPerSecond: Math.round(perSecond),
      secondsLeft: Math.ceil(left / perSecond),
    })
  }

  /** The partition is restored, or is not ours any more. */
  end(partition: number): void {
    this.#progress.delete(partition)
  }
}
