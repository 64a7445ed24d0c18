import type { Clock } from '#shared/clock/clock'

/** A clock that a test sets by hand. Nothing that sleeps wakes before its signal aborts, so that nothing runs by itself. */
export class StillClock implements Clock {
  constructor(public time = 0) {}

  now(): number {
    return this.time
  }

  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) resolve()
      signal?.addEventListener('abort', () => resolve(), { once: true })
    })
  }
}
