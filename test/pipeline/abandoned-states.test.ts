import { NEVER } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'
import { exclusionRecord, rewindRecord } from '#shared/contracts/control'
import { LogAwayError } from '#shared/log/errors'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord, Ownership, Topic } from '#shared/log/port'
import { HandDrivenRuns, waveRecords } from './hand-driven-runs.js'
import { createPipelineTopics, smallSettings } from './pipeline-driver.js'

const settings = smallSettings({ partitions: 1, flushAfterMs: 0 })
const { inputTopic, topics } = settings
const turn = () => new Promise((resolve) => setImmediate(resolve))

/** A log whose answers about the input, and reads of it, a test can hold up or make fail. */
class HinderedLog extends MemoryLog {
  hinder: () => Promise<void> = async () => undefined

  override async bounds(topic: Topic, partition: number) {
    if (topic === inputTopic) await this.hinder()
    return super.bounds(topic, partition)
  }

  override async *read(...[topic, ...rest]: Parameters<MemoryLog['read']>) {
    for await (const batch of super.read(topic, ...rest)) {
      yield batch
      if (topic === inputTopic) await this.hinder()
    }
  }
}

/** A log with readings of one series, and the one partition of it, owned by nobody else. */
async function filled() {
  const log = new HinderedLog()
  await createPipelineTopics(log, settings)
  const records: NewRecord[] = waveRecords(0, 1_200).map((record) => ({ ...record, partition: 0 }))
  await log.append(inputTopic, records)
  const committed: number[] = []
  const partition: Ownership = {
    ...{ partition: 0, committed: null, lost$: NEVER, release: async () => undefined },
    next: async (from, most = 500) => {
      const { end } = await MemoryLog.prototype.bounds.call(log, inputTopic, 0)
      const count = Math.min(most, end - from)
      return { topic: inputTopic, partition: 0, records: waveRecords(from, count), endOffset: end }
    },
    commit: async (writes, position) => {
      committed.push(position)
      for (const { topic, records } of writes) await log.append(topic, records)
    },
    settle: async (topic) => (await log.bounds(topic, 0)).end,
  }
  return { log, partition, committed, runs: new HandDrivenRuns(log, settings) }
}

const asked = { by: 'ada@desk', reason: null, time: '2026-02-01T00:00:00Z' }
const exclude = exclusionRecord({
  ...{ schema: 'foretide.exclusion/1', id: 'x', series: null, ...asked },
  ...{ from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00Z' },
})
const rewind = rewindRecord({ schema: 'foretide.rewind/1', id: 'r', before: null, ...asked })

describe('states that nobody wants any more', () => {
  it('are given back by a run that is closed between a batch and what is decided before it', async () => {
    const { log, partition, committed, runs } = await filled()
    const { run } = await runs.restore(partition)
    await run.step(new Ending())
    expect(runs.lanes).toBeGreaterThan(0)
    await log.append(topics.control, [exclude])
    await runs.control.catchUp(log, topics.control)
    let goOn: () => void = () => undefined
    log.hinder = () =>
      new Promise((resolve) => {
        goOn = resolve
      })
    const stepping = run.step(new Ending())
    await turn()
    run.close()
    goOn()
    expect(await stepping).toBe(null)
    expect(committed).toHaveLength(1)
    expect(runs).toMatchObject({ lanes: 0, loaded: 0 })
  })

  it.each([
    ['fails', new LogAwayError('away')],
    ['is given up', null],
  ])('are given back where a rewind %s half-way', async (_, failure) => {
    const { log, partition, runs } = await filled()
    const { run } = await runs.restore(partition)
    for (let step = 0; step < 8; step++) await run.step(new Ending())
    const held = { lanes: runs.lanes, loaded: runs.loaded }
    await log.append(topics.control, [exclude, rewind])
    await runs.control.catchUp(log, topics.control)
    let read = 0
    const stopping = new Ending()
    log.hinder = async () => {
      // The second batch of what is computed again, after the bounds that the decision asks for.
      if (++read < 4) return
      expect(runs.lanes).toBeGreaterThan(held.lanes)
      if (failure) throw failure
      stopping.end()
    }
    const stepped = run.step(stopping)
    if (failure) await expect(stepped).rejects.toBe(failure)
    else expect(await stepped).toBe(null)
    expect(runs).toMatchObject(held)
    run.close()
    expect(runs).toMatchObject({ lanes: 0, loaded: 0 })
  })

  it('are not read on by a restore for which nobody waits', async () => {
    const { log, partition, runs } = await filled()
    const { run } = await runs.restore(partition)
    for (let step = 0; step < 8; step++) await run.step(new Ending())
    run.close()
    const unwanted = new AbortController()
    log.hinder = async () => unwanted.abort()
    await expect(runs.restore(partition, unwanted.signal)).rejects.toThrow('aborted')
    expect(runs).toMatchObject({ lanes: 0, loaded: 0 })
  })
})
