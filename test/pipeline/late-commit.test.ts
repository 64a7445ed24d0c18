import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Ownership, Writes } from '#shared/log/port'
import { HandDrivenRuns, waveRecords } from './hand-driven-runs.js'
import { createPipelineTopics, smallSettings } from './pipeline-driver.js'

const RECORDS = 10

/** A partition whose commits are under way until the test lets them through. */
class SlowPartition implements Ownership {
  readonly partition = 0
  readonly committed = null
  readonly lost$ = NEVER
  readonly underWay: { readonly writes: Writes; readonly done: () => void }[] = []

  async next(from: number) {
    const records = waveRecords(from, RECORDS)
    return { topic: 'sensors.test', partition: 0, endOffset: from + RECORDS, records }
  }

  commit(writes: Writes): Promise<void> {
    return new Promise((done) => {
      this.underWay.push({ writes, done })
    })
  }

  async release() {}
  async settle() {
    return 0
  }

  /** When the next commit is under way. */
  async committing() {
    while (this.underWay.length === 0) await new Promise((resolve) => setImmediate(resolve))
    return this.underWay.shift()!
  }
}

const textsOf = (writes: Writes) =>
  writes.flatMap(({ records }) => records.map(({ value }) => Buffer.from(value ?? []).toString()))

describe('a commit that is still under way when the partition goes to another run of the process', () => {
  it('keeps its bytes, and touches none of the other run when it comes to an end', async () => {
    const settings = smallSettings({ partitions: 1 })
    const log = new MemoryLog()
    await createPipelineTopics(log, settings)
    const runs = new HandDrivenRuns(log, settings)
    const stopping = new Ending()

    const first = new SlowPartition()
    const { run: lost } = await runs.restore(first)
    const late = lost.step(stopping)
    const stale = await first.committing()
    const before = textsOf(stale.writes)
    expect(stale.writes.map(({ topic }) => topic)).toContain(settings.topics.forecasts)
    lost.close()

    const second = new SlowPartition()
    const { run } = await runs.restore(second)
    for (let step = 0; step < 3; step++) {
      const stepping = run.step(stopping)
      ;(await second.committing()).done()
      await stepping
    }
    expect(textsOf(stale.writes)).toEqual(before)

    const third = run.step(stopping)
    const fresh = await second.committing()
    const texts = textsOf(fresh.writes)
    stale.done()
    await late
    // What is made next must not lie where that waits to be written.
    runs.wire.lifecycle(0, { series: 'another', event: 'warming', timeMs: 0, offset: 0, timestampMs: 0 })
    expect(textsOf(fresh.writes)).toEqual(texts)
    fresh.done()
    await third
    run.close()
  })
})
