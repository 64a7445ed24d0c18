import { INTERRUPTED } from './interrupted.js'

/** `npm` passes on a signal that a terminal has already sent to the whole group: twice within this is once. */
const ECHO_MS = 1_000

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Aborts at the first signal to stop; a second one ends the process at once.
 * @param now milliseconds of a steady clock
 */
export function stopOnSignals(now: () => number, exit: (code: number) => void): AbortSignal {
  const stop = new AbortController()
  let firstMs = 0
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (!stop.signal.aborted) {
        firstMs = now()
        stop.abort()
      } else if (now() - firstMs > ECHO_MS) {
        exit(INTERRUPTED)
      }
    })
  }
  return stop.signal
}
