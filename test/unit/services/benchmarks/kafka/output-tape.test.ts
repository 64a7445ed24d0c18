import { expect, it } from 'vitest'
import { OutputTape } from '#services/benchmarks/kafka/output-tape'
import { pipelineTopics, topicSpecs } from '#shared/contracts/topics'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { LogRecord } from '#shared/log/port'

it('an output tape writes again, for each event, as many bytes as the run that it was taken from', async () => {
  const log = new MemoryLog()
  const topics = pipelineTopics('a', 'p')
  await log.createTopics(topicSpecs(topics, 1, {}))
  const record = (size: number) => ({
    ...{ partition: 0, key: Buffer.from('k'), value: Buffer.alloc(size), timestamp: 1 },
    headers: [['h', Buffer.from('v')]] as const,
  })
  // 40 events: 40 forecasts of 100 bytes, 20 scores of 50, 4 states of 1000.
  await log.append(
    topics.forecasts,
    Array.from({ length: 40 }, () => record(100)),
  )
  await log.append(
    topics.scores,
    Array.from({ length: 20 }, () => record(50)),
  )
  await log.append(
    topics.state,
    Array.from({ length: 4 }, () => record(1000)),
  )
  const tape = OutputTape.read((await OutputTape.record(log, topics, 40)).toBytes())
  expect(tape.bytesPerEvent).toEqual({ forecasts: 100, scores: 25, state: 100 })

  const batch = Array.from(
    { length: 10 },
    (_, offset): LogRecord => ({ ...record(10), offset, timestamp: 7 }),
  )
  const counts = new Map<string, number>()
  for (let i = 0; i < 8; i++) {
    for (const { topic, records, order } of tape.play(topics, 0, batch)) {
      expect(order).toBe(topic === topics.state ? 'last' : undefined)
      for (const { timestamp, headers } of records) {
        expect([timestamp, headers[0]![0]]).toEqual([7, 'h'])
        counts.set(topic, (counts.get(topic) ?? 0) + 1)
      }
    }
  }
  expect(Object.fromEntries(counts)).toEqual({
    [topics.forecasts]: 80,
    [topics.scores]: 40,
    [topics.state]: 8,
  })
})
