import type { Clock } from '#shared/clock/clock'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import type { CommandContext } from '../command-context.js'
import type { Platform } from '../platform/start-platform.js'
import type { StatusLine } from '../terminal/status-line.js'

/** Below the ten seconds after which service managers kill; each part has given up waiting before. */
const STOP_MS_MAX = 9_000
/** So long, while the log is away. */
const AWAY_MS_MAX = 2_000
const LOOK_MS = 250
const DONE_AGAIN = 'what was committed is safe, the rest is done again at the next start'

/**
 * Wait until somebody asks for the end, or a service cannot go on; then stop everything.
 * @returns the exit code
 * @throws what a service failed with
 */
export async function waitAndStop(
  platform: Platform,
  { clock, stop, terminal }: CommandContext,
  status: StatusLine,
  notes: StructuredLog,
): Promise<number> {
  const asked = new Promise<void>((resolve) => {
    if (stop.aborted) resolve()
    stop.addEventListener('abort', () => resolve(), { once: true })
  })
  const forEver = new Promise<never>(() => undefined)
  let failure: unknown = null
  await Promise.race([asked, platform.failed.then(() => forEver)]).catch((error: unknown) => {
    failure = error
  })
  status.clear()
  if (failure === null) {
    notes.info(platform.logIsAway() ? `stopping; ${DONE_AGAIN}` : 'stopping; what is there is saved first')
  }
  const stopping = platform.stop().catch((error: unknown) => {
    failure ??= error
  })
  const how = await howItStopped(stopping, platform, clock)
  if (how === 'late') {
    terminal.err.write(`foretide: did not stop in time; ${DONE_AGAIN}\n`)
    return 1
  }
  if (how === 'away' && failure === null) {
    terminal.err.write(`foretide: stopped while Kafka is away; ${DONE_AGAIN}\n`)
    return 0
  }
  if (failure !== null) throw failure
  return 0
}

/** `away`: the log has stayed away while everything waited for it. */
async function howItStopped(
  stopping: Promise<void>,
  platform: Pick<Platform, 'logIsAway'>,
  clock: Clock,
): Promise<'stopped' | 'away' | 'late'> {
  let awayMs = 0
  for (let waitedMs = 0; waitedMs < STOP_MS_MAX; waitedMs += LOOK_MS) {
    if (awayMs >= AWAY_MS_MAX) return 'away'
    const ended = new AbortController()
    const isStopped = await Promise.race([
      stopping.then(() => true),
      clock.sleep(LOOK_MS, ended.signal).then(() => false),
    ])
    ended.abort()
    if (isStopped) return 'stopped'
    awayMs = platform.logIsAway() ? awayMs + LOOK_MS : 0
  }
  return 'late'
}
