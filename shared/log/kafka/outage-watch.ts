import type { Clock } from '#shared/clock/clock'
import { type LogListener, noListener } from '../log-listener.js'

/** Shorter waits are the daily life of a cluster: a leader changes, a transaction is being finished. */
const TELL_AFTER_MS = 5_000
const TELL_EVERY_MS = 30_000
const LOOK_EVERY_MS = 1_000
/** Who waited for a place and gave up says no more: without a word for so long, while others get on, it is waited for no longer. */
const QUIET_MS = 10_000

interface Awaited {
  readonly sinceMs: number
  readonly failedMs: number
  readonly reason: string
}

/** What the links of a log wait for at the moment, so that a worker which waits says for what. */
export class OutageWatch {
  readonly #awaited = new Map<string, Awaited>()
  readonly #closing = new AbortController()
  #workedMs = Number.NEGATIVE_INFINITY
  #looking = false

  constructor(
    private readonly clock: Clock,
    readonly listener: LogListener = noListener,
  ) {}

  /** An attempt at `place` failed and will be made again. */
  failed(place: string, error: unknown): void {
    const now = this.clock.now()
    const reason = error instanceof Error ? error.message : String(error)
    this.#awaited.set(place, { sinceMs: this.#awaited.get(place)?.sinceMs ?? now, failedMs: now, reason })
    if (!this.#looking) void this.#look()
  }

  /** An attempt at `place` succeeded that had failed before. */
  worked(place: string): void {
    this.#workedMs = this.clock.now()
    this.#awaited.delete(place)
  }

  /** Nobody wants anything of `place` any more. */
  abandoned(place: string): void {
    this.#awaited.delete(place)
  }

  close(): void {
    this.#closing.abort()
  }

  async #look(): Promise<void> {
    const { clock, listener } = this
    const { signal } = this.#closing
    this.#looking = true
    let toldMs: number | null = null
    let seconds = 0
    for (;;) {
      await clock.sleep(LOOK_EVERY_MS, signal)
      const now = clock.now()
      this.#forgetQuiet(now)
      const longest = [...this.#awaited].reduce<[string, Awaited] | null>(
        (a, b) => (a === null || b[1].sinceMs < a[1].sinceMs ? b : a),
        null,
      )
      if (longest === null || signal.aborted) break
      const [place, { sinceMs, reason }] = longest
      if (now - sinceMs < TELL_AFTER_MS) continue
      seconds = (now - sinceMs) / 1000
      listener.away(seconds)
      if (toldMs !== null && now - toldMs < TELL_EVERY_MS) continue
      toldMs = now
      listener.waiting({ place, places: this.#awaited.size, reason, seconds: Math.round(seconds) })
    }
    this.#looking = false
    if (toldMs === null || signal.aborted) return
    listener.away(0)
    listener.back(Math.round(seconds))
  }

  #forgetQuiet(now: number): void {
    for (const [place, { failedMs }] of this.#awaited) {
      if (failedMs < this.#workedMs && now - failedMs > QUIET_MS) this.#awaited.delete(place)
    }
  }
}
