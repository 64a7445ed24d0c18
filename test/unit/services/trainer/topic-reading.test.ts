import { describe, expect, it } from 'vitest'
import { TopicReading } from '#services/trainer/topic-reading'
import { LogAwayError } from '#shared/log/errors'
import { MemoryLog } from '#shared/log/memory/memory-log'
import type { NewRecord } from '#shared/log/port'

const record = (partition: number): NewRecord => ({
  ...{ partition, key: null, value: Buffer.from('x'), headers: [], timestamp: 0 },
})

async function filled(log: MemoryLog, counts: readonly number[]) {
  await log.createTopics([{ topic: 'in', partitions: counts.length, cleanup: 'delete' }])
  const records = counts.flatMap((count, partition) => new Array<NewRecord>(count).fill(record(partition)))
  await log.append('in', records)
}

const turns = async () => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('the reading of a topic', () => {
  it('has caught up with what every partition held when it began, and goes on with what comes', async () => {
    const log = new MemoryLog()
    await filled(log, [3, 0, 1_200])
    const stop = new AbortController()
    const read = [0, 0, 0]
    const reading = new TopicReading(log, 'in', stop.signal, (partition, { length }) => {
      read[partition]! += length
    })
    await reading.start([1])
    expect(reading.caughtUp).toBe(false)
    await turns()
    expect(read).toEqual([2, 0, 1_200])
    expect(reading.caughtUp).toBe(true)
    await log.append('in', [record(1)])
    await turns()
    expect(read).toEqual([2, 1, 1_200])
    stop.abort()
    await reading.ended
    reading.check()
  })

  it('has caught up with a partition that shows nothing of what it holds, as one of Kafka with markers alone', async () => {
    class Markers extends MemoryLog {
      override async *read(...[topic, partition, from, to, signal]: Parameters<MemoryLog['read']>) {
        if (from >= 2) yield* super.read(topic, partition, from, to, signal)
        else if (to === undefined) yield* super.read(topic, partition, 2, to, signal)
      }
    }
    const log = new Markers()
    await filled(log, [2])
    const stop = new AbortController()
    const reading = new TopicReading(log, 'in', stop.signal, () => undefined)
    await reading.start()
    await turns()
    expect(reading.caughtUp).toBe(true)
    stop.abort()
    await reading.ended
  })

  it('leaves no reader behind that fails unheard, where a partition cannot be asked for its bounds', async () => {
    const unheard: unknown[] = []
    const hear = (reason: unknown) => unheard.push(reason)
    process.on('unhandledRejection', hear)
    class HalfAway extends MemoryLog {
      override async bounds(topic: string, partition: number) {
        if (partition === 0) return super.bounds(topic, partition)
        // As long as it takes to find that it is away.
        await turns()
        throw new LogAwayError('away')
      }
      override async *read(): AsyncGenerator<never> {
        yield* await Promise.reject<never[]>(new LogAwayError('away'))
      }
    }
    const log = new HalfAway()
    await filled(log, [1, 1])
    const reading = new TopicReading(log, 'in', new AbortController().signal, () => undefined)
    await expect(reading.start()).rejects.toThrow('away')
    await turns()
    process.off('unhandledRejection', hear)
    expect(unheard).toEqual([])
  })
})
