import { describe, expect, it } from 'vitest'
import { RestoreWatch } from '#services/forecaster/restore-watch'
import type { LogFields, StructuredLog } from '#shared/telemetry/structured-log'
import { VirtualClock } from '../feeder/virtual-clock.js'

function watching() {
  const told: LogFields[] = []
  const clock = new VirtualClock(1_000)
  const notes = { info: (_: string, fields: LogFields) => told.push(fields) } as unknown as StructuredLog
  return { told, clock, watch: new RestoreWatch('p', clock, notes) }
}

// Expected by hand.
describe('the progress of restoring', () => {
  it('is told every five seconds over all partitions, with rate and time left', () => {
    const { told, clock, watch } = watching()
    watch.update(0, 10, 1_000)
    clock.nowMs += 4_000
    watch.update(1, 500, 1_000)
    expect(told).toEqual([])
    clock.nowMs += 1_000
    watch.update(0, 1_000, 1_000)
    // 1500 of 2000 in 5 s: 300 a second, and 500 to go.
    expect(told).toEqual([
      { pipeline: 'p', partitions: 1, percent: 75, recordsPerSecond: 300, secondsLeft: 2 },
    ])
  })

  it('is not told when it is quick, and begins anew after all is done', () => {
    const { told, clock, watch } = watching()
    watch.update(0, 10, 10)
    watch.end(0)
    clock.nowMs += 60_000
    watch.update(1, 5, 10)
    expect(told).toEqual([])
  })
})
