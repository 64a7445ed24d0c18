import type { Clock } from '#shared/clock/clock'
import { LogAwayError } from './errors.js'

const PAUSE_MS = 500
const PAUSE_MS_MAX = 15_000

/** How long to wait before the attempt after `failures` in a row. */
export function pauseAfter(failures: number): number {
  return Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** Math.min(20, failures - 1))
}

/**
 * `work`, again and again while the log is away.
 * @param signal when it aborts, the next failure is thrown
 * @throws what waiting does not mend
 */
export async function outlast<T>(clock: Clock, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof LogAwayError) || signal.aborted) throw error
      await clock.sleep(pauseAfter(failures), signal)
    }
  }
}
