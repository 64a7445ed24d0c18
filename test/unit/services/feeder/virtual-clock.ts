import type { Clock } from '#shared/clock/clock'

/** Time passes only while someone sleeps. */
export class VirtualClock implements Clock {
  constructor(public nowMs: number) {}

  now(): number {
    return this.nowMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return
    this.nowMs += ms
  }
}
