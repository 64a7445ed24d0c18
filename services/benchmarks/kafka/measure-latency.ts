import { setMaxListeners } from 'node:events'
import { Kafka, logLevel } from 'kafkajs'
import type { Clock } from '#shared/clock/clock'
import type { Log, Topic } from '#shared/log/port'
import { percentile } from './percentile.js'
import { type Sent, sendBySchedule } from './send-by-schedule.js'

export interface LatencyOptions {
  readonly log: Log
  readonly brokers: readonly string[]
  /** Input topic; the broker stamps its records (`createStampedTopic`). */
  readonly input: Topic
  readonly forecasts: Topic
  readonly partitions: number
  readonly series: number
  readonly eventsPerSecond: number
  /** Number of the first event to send: those before it are there. */
  readonly firstEvent: number
  readonly warmUpMs: number
  readonly ms: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Events that were sent, and that will have been. */
  readonly onProgress: (sent: number, total: number) => void
}

export interface Latency extends Sent {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
  readonly forecasts: number
}

const LAST_MS = 2_000

/** A topic whose records carry the time at which the broker took them. */
export async function createStampedTopic(brokers: readonly string[], topic: Topic, partitions: number) {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }]
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, configEntries }] })
  await admin.disconnect()
}

/**
 * From the broker's time stamp of an event to its forecast in the hands of a read-committed consumer. Events are sent by a schedule
 * that waits for nothing, so an event that comes while the forecaster is behind is measured like any other.
 */
export async function measureLatency(options: LatencyOptions): Promise<Latency> {
  const { log, forecasts, partitions, clock, signal, warmUpMs, ms } = options
  const ending = new AbortController()
  setMaxListeners(0, ending.signal)
  signal.addEventListener('abort', () => ending.abort())
  const startMs = clock.now()
  const latencies: number[] = []
  const readers = Array.from({ length: partitions }, async (_, partition) => {
    const { end: from } = await log.bounds(forecasts, partition)
    for await (const { records } of log.read(forecasts, partition, from, undefined, ending.signal)) {
      const now = clock.now()
      // A forecast's record is as old as the record that caused it.
      for (const { timestamp } of records) if (timestamp - startMs > warmUpMs) latencies.push(now - timestamp)
    }
  })
  const reading = Promise.all(readers)
  const sending = async () => {
    const sent = await sendBySchedule({ ...options, startMs, untilMs: startMs + warmUpMs + ms })
    // The last ones are on their way.
    await clock.sleep(LAST_MS, signal)
    return sent
  }
  const failed = new Promise<never>((_, reject) => reading.catch(reject))
  const sent = await Promise.race([sending(), failed]).finally(() => ending.abort())
  await reading
  return {
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    maxMs: percentile(latencies, 1),
    forecasts: latencies.length,
    ...sent,
  }
}
