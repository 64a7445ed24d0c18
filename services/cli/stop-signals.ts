import type { Environment } from '#shared/configuration/environment'
import { INTERRUPTED } from './interrupted.js'

/** `npm` passes on a signal that a terminal has already sent to the whole group: twice within this is once. */
const ECHO_MS = 1_000

/** How often a process that npm started looks whether npm is still there. */
const PARENT_MS = 500

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Aborts at the first signal to stop; a second one ends the process at once.
 *
 * `npm start` and `npx foretide` end at a SIGTERM that they are sent, and what they started does not hear of it: a
 * supervisor would take a process for stopped that goes on. Under npm the end of the parent is a signal to stop, too.
 * @param now milliseconds of a steady clock
 */
export function stopOnSignals(
  now: () => number,
  exit: (code: number) => void,
  env: Environment,
): AbortSignal {
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
  if (env.npm_lifecycle_event !== undefined) {
    const parent = process.ppid
    setInterval(() => process.ppid !== parent && stop.abort(), PARENT_MS).unref()
  }
  return stop.signal
}
