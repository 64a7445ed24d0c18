import { describe, expect, it } from 'vitest'
import { DrainWatch } from '#services/cli/platform/drain-watch'
import { createTelemetry } from '#shared/telemetry/telemetry'

/** A clock that moves when somebody sleeps, and then does what is due. */
function clockWith(due: Map<number, () => void>) {
  let now = 0
  return {
    now: () => now,
    sleep: async (ms: number) => {
      for (const end = now + ms; now < end; now += 1) due.get(now)?.()
    },
  }
}

function watchWith(due: Map<number, () => void>) {
  const clock = clockWith(due)
  const telemetry = createTelemetry({ pipelines: [{ name: 'p', partitions: 1 }], clock, version: '0' })
  return new DrainWatch(telemetry.pipeline('p'), clock)
}

describe('DrainWatch', () => {
  it('gives the time of the last commit, once the lag is gone and nothing more has come', async () => {
    let lag = 5
    const due = new Map<number, () => void>()
    const watch = watchWith(due)
    due.set(900, () => watch.metrics.consumed(0, 3))
    due.set(1300, () => {
      lag = 0
      watch.metrics.consumed(0, 2)
    })
    expect(await watch.drained(() => lag, new AbortController().signal)).toBe(1300)
    expect(watch.consumed).toBe(5)
  })

  it('gives nothing when it is told to stop before', async () => {
    const stop = new AbortController()
    const watch = watchWith(new Map([[250, () => stop.abort()]]))
    expect(await watch.drained(() => 1, stop.signal)).toBeNull()
  })
})
