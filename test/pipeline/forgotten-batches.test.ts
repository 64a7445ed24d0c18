import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { LogRecord, Ownership, Writes } from '#shared/log/port'
import { HandDrivenRuns, waveRecords } from './hand-driven-runs.js'
import { createPipelineTopics, smallSettings } from './pipeline-driver.js'

const STEPS = 40
const RECORDS = 25

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

/** A partition that keeps nothing of what it has handed over. */
class ForgetfulPartition implements Ownership {
  readonly partition = 0
  readonly committed = null
  readonly lost$ = NEVER
  readonly handed: WeakRef<LogRecord>[] = []
  /** Records that were committed, by topic. */
  readonly written: Record<string, number> = {}

  async next(from: number) {
    const records = waveRecords(from, RECORDS)
    this.handed.push(new WeakRef(records[RECORDS - 1]!))
    return { topic: 'sensors.test', partition: 0, endOffset: from + RECORDS, records }
  }

  async commit(writes: Writes) {
    for (const { topic, records } of writes) this.written[topic] = (this.written[topic] ?? 0) + records.length
  }
  async release() {}
  async settle() {
    return 0
  }
}

describe('a partition at work', () => {
  it('keeps no batch that it is done with, however long it runs', async () => {
    const settings = smallSettings({ partitions: 1 })
    const log = new MemoryLog()
    await createPipelineTopics(log, settings)
    const partition = new ForgetfulPartition()
    const { run } = await new HandDrivenRuns(log, settings).restore(partition)
    const stopping = new Ending()
    for (let step = 0; step < STEPS; step++) await run.step(stopping)
    expect(run.consumed).toBe(STEPS * RECORDS)
    // Of one series, of which the first reading only warms.
    expect(partition.written[settings.topics.forecasts]).toBe(STEPS * RECORDS - 1)
    expect(partition.written[settings.topics.deadLetters]).toBe(undefined)
    expect(stopping.waiting).toBe(0)
    // A weak reference is good for the rest of the turn in which it was made.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    const kept = partition.handed.filter((record) => record.deref() !== undefined)
    expect(kept.length).toBeLessThan(5)
    run.close()
  })
})
