import type { StructuredLog } from '#shared/telemetry/structured-log'
import type { CommandContext } from '../command-context.js'
import type { Platform } from '../platform/start-platform.js'
import type { StatusLine } from '../terminal/status-line.js'

/** Below the ten seconds after which service managers kill; each part has given up waiting before. */
const STOP_MS_MAX = 9_000

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
  if (failure === null) notes.info('stopping; everything is saved')
  const late = new AbortController()
  const stopped = await Promise.race([
    platform.stop().then(
      () => true,
      (error: unknown) => {
        failure ??= error
        return true
      },
    ),
    clock.sleep(STOP_MS_MAX, late.signal).then(() => false),
  ])
  late.abort()
  if (!stopped) {
    terminal.err.write(
      'foretide: did not stop in time; what was committed is safe, the rest is done again at the next start\n',
    )
    return 1
  }
  if (failure !== null) throw failure
  return 0
}
