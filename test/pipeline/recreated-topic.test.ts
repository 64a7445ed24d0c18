import { describe, expect, it } from 'vitest'
import { TopicRecreatedError } from '#shared/log/errors'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'
import { hostileRecords } from './hostile-records.js'
import { copyTopic, createPipelineTopics, PipelineDriver, smallSettings } from './pipeline-driver.js'

const settings = smallSettings()
const RECORDS = hostileRecords(5, 200, 3)

/** What a forecaster that has read all of `RECORDS` left behind, with an input that was made anew and filled with `input`. */
async function withInput(input: readonly NewRecord[]): Promise<MemoryLog> {
  const before = new MemoryLog()
  await createPipelineTopics(before, settings)
  await before.append(settings.inputTopic, RECORDS)
  const driver = await PipelineDriver.start(before, settings, () => 0)
  await driver.drain()
  await driver.flush()
  const after = new MemoryLog()
  await createPipelineTopics(after, settings)
  for (const topic of Object.values(settings.topics)) await copyTopic(before, after, topic)
  if (input.length > 0) await after.append(settings.inputTopic, input)
  return after
}

const start = (log: MemoryLog) => PipelineDriver.start(log, settings, () => 0)

describe('an input topic that was made anew', () => {
  it('is gone on with when it holds the same records', async () => {
    const { runs } = await start(await withInput(RECORDS))
    expect(runs.every((run) => run.caughtUp && run.consumed > 0)).toBe(true)
  })

  it.each([
    ['other times', (record: NewRecord) => ({ ...record, timestamp: record.timestamp + 1 })],
    ['other keys', (record: NewRecord) => ({ ...record, key: Buffer.from('other') })],
    ['other values', (record: NewRecord) => ({ ...record, value: Buffer.from('{}') })],
  ])('is refused when its records have %s', async (_, change) => {
    const log = await withInput([...RECORDS.map(change), ...RECORDS])
    await expect(start(log)).rejects.toThrow(TopicRecreatedError)
  })

  it('is refused when it ends before what was read', async () => {
    await expect(start(await withInput(RECORDS.slice(0, 30)))).rejects.toThrow('was deleted and made anew')
    await expect(start(await withInput([]))).rejects.toThrow(TopicRecreatedError)
  })

  it('is not suspected when retention took what was read', async () => {
    const log = await withInput([...RECORDS, ...RECORDS])
    const { runs } = await start(log)
    for (const { partition, consumed } of runs) log.deleteBefore(settings.inputTopic, partition, consumed)
    log.crash()
    await expect(start(log)).resolves.toBeDefined()
  })
})
