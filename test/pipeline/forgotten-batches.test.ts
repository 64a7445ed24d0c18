import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'
import { systemClock } from '#shared/clock/system-clock'
import {
  assemblePipeline,
  pipelineUntrainedWeights,
  snapshotPolicy,
} from '#shared/composition/pipeline-parts'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { LogRecord, Ownership } from '#shared/log/port'
import { restorePartition } from '#shared/pipeline/restore-partition'
import { WeightsLibrary } from '#shared/pipeline/weights-library'
import { smallSettings } from './pipeline-driver.js'

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

  async next(from: number) {
    const records = Array.from({ length: RECORDS }, (_, i): LogRecord => {
      const time = (from + i) * 6 * 3_600_000
      const value = Buffer.from(JSON.stringify({ series: 's', time, value: Math.sin(from + i) }))
      return { offset: from + i, key: Buffer.from('s'), value, headers: [], timestamp: time }
    })
    this.handed.push(new WeakRef(records[RECORDS - 1]!))
    return { topic: 'sensors.test', partition: 0, endOffset: from + RECORDS, records }
  }

  async commit() {}
  async release() {}
  async settle() {
    return 0
  }
}

describe('a partition at work', () => {
  it('keeps no batch that it is done with, however long it runs', async () => {
    const settings = smallSettings({ partitions: 1 })
    const { line, wire } = assemblePipeline(settings)
    const log = new MemoryLog()
    await log.createTopics(
      [settings.inputTopic, ...Object.values(settings.topics)].map((topic) => ({
        ...{ topic, partitions: 1, cleanup: 'delete' as const },
      })),
    )
    const partition = new ForgetfulPartition()
    const library = new WeightsLibrary(line.engine, wire, pipelineUntrainedWeights(settings), {
      refused: () => undefined,
    })
    const { run } = await restorePartition(log, partition, settings.inputTopic, {
      ...{ line, wire, library, topics: settings.topics, clock: systemClock, batchMax: 100 },
      ...{ flushAfterMs: settings.flushAfterMs, flushLimits: settings.flushLimits },
      ...{ snapshots: snapshotPolicy(settings), decides: true, publish: true },
    })
    const stopping = new Ending()
    for (let step = 0; step < STEPS; step++) await run.step(stopping)
    expect(run.consumed).toBe(STEPS * RECORDS)
    expect(stopping.waiting).toBe(0)
    // A weak reference is good for the rest of the turn in which it was made.
    await new Promise((resolve) => setImmediate(resolve))
    collect()
    const kept = partition.handed.filter((record) => record.deref() !== undefined)
    expect(kept.length).toBeLessThan(5)
    run.close()
  })
})
