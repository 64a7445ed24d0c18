import { expect, it } from 'vitest'
import { Ending } from '#shared/clock/ending'
import { RetentionGapError } from '#shared/log/errors'
import { MemoryLog } from '#shared/log/memory/memory-log'
import { waveRecords } from './hand-driven-runs.js'
import { createPipelineTopics, PipelineDriver, smallSettings } from './pipeline-driver.js'

const settings = smallSettings({ partitions: 1 })
const where = `of partition 0 of topic ${settings.inputTopic}`

/** A forecaster that has read 40 of 100 records and saved no state yet. */
async function halfRead() {
  const log = new MemoryLog({ faults: { chooseBatchSize: () => 10 } })
  await createPipelineTopics(log, settings)
  const records = waveRecords(0, 100).map((record) => ({ ...record, partition: 0 }))
  await log.append(settings.inputTopic, records)
  const { runs } = await PipelineDriver.start(log, settings, () => 0)
  const run = runs[0]!
  while (run.consumed < 40) await run.step(new Ending())
  expect(run.consumed).toBe(40)
  return { log, run }
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  )

it('a start after a loss names the records that were not read, as the reader does that met the loss', async () => {
  const { log, run } = await halfRead()
  log.deleteBefore(settings.inputTopic, 0, 50)
  const first = await failureOf(run.step(new Ending()))
  expect(first).toBeInstanceOf(RetentionGapError)
  const lost = `Records 40 to 49 ${where} were deleted before they were read.`
  expect((first as Error).message).toContain(lost)
  log.crash()
  const second = await failureOf(PipelineDriver.start(log, settings, () => 0))
  expect(second).toBeInstanceOf(RetentionGapError)
  expect((second as Error).message).toBe((first as Error).message)
})

it('a start that has to read again what was deleted does not call it unread', async () => {
  const { log } = await halfRead()
  log.deleteBefore(settings.inputTopic, 0, 30)
  log.crash()
  const failure = await failureOf(PipelineDriver.start(log, settings, () => 0))
  expect(failure).toBeInstanceOf(RetentionGapError)
  expect((failure as Error).message).toContain(
    `Records 0 to 29 ${where} were read and then deleted, before the states that follow from them were saved.`,
  )
})
