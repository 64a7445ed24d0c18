import { NEVER } from 'rxjs'
import { expect, it } from 'vitest'
import { ownWeights } from '#services/trainer/own-weights'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { Log, NewRecord } from '#shared/log/port'

const topic = 'weights'
const group = 'trainer'
const record: NewRecord = { partition: 0, key: null, value: Buffer.from('{}'), headers: [], timestamp: 0 }

async function logWithTopic(): Promise<MemoryLog> {
  const log = new MemoryLog()
  await log.createTopics([{ topic, partitions: 3, cleanup: 'compact' }])
  return log
}

it('ownWeights keeps the topic when told to stop, until it is given back', async () => {
  const log = await logWithTopic()
  const stop = new AbortController()
  const claim = await ownWeights(log, topic, group, stop.signal)
  stop.abort()
  // A session's progress was on its way.
  await claim!.ownership.commit([{ topic, records: [record] }], 1)
  expect((await log.bounds(topic, 0)).end).toBe(1)
  await claim!.release()
  await expect(claim!.ownership.commit([{ topic, records: [record] }], 2)).rejects.toThrow()
  expect(await ownWeights(log, topic, group, new AbortController().signal)).not.toBeNull()
})

it('ownWeights stops waiting for a topic that another trainer has', async () => {
  // A member of a group in Kafka that is given no partition.
  const log: Pick<Log, 'ownerships'> = { ownerships: () => NEVER }
  const stop = new AbortController()
  const waiting = ownWeights(log as Log, topic, group, stop.signal)
  stop.abort()
  expect(await waiting).toBeNull()
})

it('ownWeights takes no topic when it was told to stop before', async () => {
  const log = await logWithTopic()
  expect(await ownWeights(log, topic, group, AbortSignal.abort())).toBeNull()
  expect(await ownWeights(log, topic, group, new AbortController().signal)).not.toBeNull()
})
