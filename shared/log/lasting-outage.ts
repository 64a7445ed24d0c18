import type { Clock } from '#shared/clock/clock'
import type { AwaitedPlace, LogListener } from './log-listener.js'

/**
 * Listens to a log that is closed and opened anew as long as the cluster is away, each of which waits from the beginning: to who
 * listens to this, it is one outage.
 */
export class LastingOutage implements LogListener {
  #sinceMs: number | null = null
  #told = false

  constructor(
    private readonly clock: Clock,
    private readonly listener: LogListener,
  ) {}

  silent(place: string): void {
    this.listener.silent(place)
  }

  away(seconds: number): void {
    if (seconds === 0) {
      this.over()
      return
    }
    this.#sinceMs ??= this.clock.now() - 1_000 * seconds
    this.listener.away(this.#seconds)
  }

  waiting(what: AwaitedPlace): void {
    this.#told = true
    this.listener.waiting({ ...what, seconds: Math.round(this.#seconds) })
  }

  /** Said with `away(0)`, of the whole of it. */
  back(): void {}

  /** The cluster has answered. */
  over(): void {
    if (this.#sinceMs === null) return
    const seconds = Math.round(this.#seconds)
    this.listener.away(0)
    if (this.#told) this.listener.back(seconds)
    this.#sinceMs = null
    this.#told = false
  }

  get #seconds(): number {
    const now = this.clock.now()
    return (now - (this.#sinceMs ?? now)) / 1_000
  }
}
