import { expect, it } from 'vitest'
import { FeederTurn } from '#services/feeder/feeder-turn'
import { runFeeder } from '#services/feeder/run-feeder'
import { systemClock } from '#shared/clock/system-clock'
import type { EventTable } from '#shared/feed/event-table'
import { feedOfTable } from '#shared/feed/table-feed'
import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import { haveKafka, openKafkaLog, uniqueName } from './open-kafka-log.js'

const HOUR_MS = 3_600_000
const PARTITIONS = 3
const SERIES = 6
const HOURS = 2_000

/** Event number n is the reading n of its hour's series. */
function feedOf() {
  const n = HOURS * SERIES
  const table: EventTable = {
    series: Array.from({ length: SERIES }, (_, s) => `s${s}`),
    channels: [],
    timesMs: Float64Array.from({ length: n }, (_, i) => Math.floor(i / SERIES) * HOUR_MS),
    seriesOf: Uint32Array.from({ length: n }, (_, i) => i % SERIES),
    values: Float64Array.from({ length: n }, (_, i) => i),
  }
  return feedOfTable('turns', table)
}

/** The values in the topic, partition by partition. */
async function valuesIn(log: KafkaLog, topic: string): Promise<number[]> {
  const values: number[] = []
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const { end } = await log.bounds(topic, partition)
    for await (const { records } of log.read(topic, partition, 0, end)) {
      for (const { value } of records) values.push(JSON.parse(String(value)).value)
    }
  }
  return values
}

it.skipIf(!haveKafka)(
  'of two processes that feed a topic one sends, and when it is gone the other goes on',
  async () => {
    const topic = uniqueName('fed')
    const group = uniqueName('feeders')
    const logs = [openKafkaLog(), openKafkaLog()] as const
    try {
      await logs[0].createTopics([{ topic, partitions: PARTITIONS, cleanup: 'delete' }])
      const start = (log: KafkaLog) => {
        const turn = new FeederTurn(log, topic, group)
        const stop = new AbortController()
        const progress = { sent: 0 }
        const done = runFeeder({
          ...{ log, topic, partitions: PARTITIONS, feed: feedOf(), clock: systemClock, signal: stop.signal },
          // All of it in ten seconds.
          speed: (HOURS * HOUR_MS) / 10_000,
          isOurs: () => turn.ours,
          onProgress: ({ sent }) => {
            progress.sent = sent
          },
        }).finally(turn.release)
        return { done, progress, stop }
      }
      const first = start(logs[0])
      await expect.poll(() => first.progress.sent, { timeout: 20_000 }).toBeGreaterThan(0)
      const second = start(logs[1])
      await expect.poll(() => first.progress.sent, { timeout: 20_000 }).toBeGreaterThan((HOURS * SERIES) / 3)
      expect(second.progress.sent).toBe(0)
      first.stop.abort()
      const sentByFirst = (await first.done).sent
      const { sent, skipped, finished } = await second.done
      expect({ skipped, finished }).toEqual({ skipped: sentByFirst, finished: true })
      expect(sent).toBeGreaterThan(0)
      expect((await valuesIn(logs[1], topic)).sort((a, b) => a - b)).toEqual(
        Array.from({ length: HOURS * SERIES }, (_, i) => i),
      )
    } finally {
      await Promise.all(logs.map((log) => log.close()))
    }
  },
  60_000,
)
