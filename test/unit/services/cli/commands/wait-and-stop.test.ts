import { describe, expect, it } from 'vitest'
import { waitAndStop } from '#services/cli/commands/wait-and-stop'
import type { Platform } from '#services/cli/platform/start-platform'
import type { StatusLine } from '#services/cli/terminal/status-line'
import type { Terminal } from '#services/cli/terminal/terminal'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { VirtualClock } from '../../feeder/virtual-clock.js'

const never = new Promise<never>(() => undefined)

/** Ask a platform to stop that takes `stopping` for it, or for ever. */
async function stop(logIsAway: boolean, stopping: Promise<void> = never) {
  const clock = new VirtualClock(0)
  const said: string[] = []
  const platform: Platform = {
    ...{ url: '', plans: [], failed: never },
    logIsAway: () => logIsAway,
    stop: () => stopping,
  }
  const terminal = { err: { write: (text: string) => said.push(text) } } as unknown as Terminal
  const notes = { info: (text: string) => said.push(text) } as unknown as StructuredLog
  const context = { terminal, env: {}, clock, stop: AbortSignal.abort() }
  const status = { clear: () => undefined } as StatusLine
  const code = await waitAndStop(platform, context, status, notes)
  return { code, ms: clock.now(), said: said.join('\n') }
}

describe('a stop', () => {
  it('that comes to its end is clean', async () => {
    await expect(stop(false, Promise.resolve())).resolves.toMatchObject({
      ...{ code: 0, said: 'stopping; what is there is saved first' },
    })
  })

  it('while the log is away is short and clean, and says what becomes of the rest', async () => {
    const { code, ms, said } = await stop(true)
    expect(code).toBe(0)
    expect(ms).toBeLessThanOrEqual(3_000)
    expect(said).toContain('Kafka is away')
    expect(said).toContain('done again at the next start')
    expect(said).not.toContain('is saved first')
  })

  it('that takes longer than service managers wait is told from a clean one', async () => {
    const { code, ms, said } = await stop(false)
    expect(code).toBe(1)
    expect(ms).toBe(9_000)
    expect(said).toContain('did not stop in time')
  })

  it('ends with what failed', async () => {
    await expect(stop(false, Promise.reject(new Error('disk full')))).rejects.toThrow('disk full')
  })
})
