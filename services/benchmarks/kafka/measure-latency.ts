import { Kafka, logLevel } from 'kafkajs'
import type { Clock } from '#shared/clock/clock'
import type { Log, Topic } from '#shared/log/port'
import { medianOf } from '#shared/scoring/median-of'
import { followByTurns } from './follow-by-turns.js'
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
  /** How long latency is measured, so many times one after another. */
  readonly ms: number
  readonly rounds: number
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Events that were sent, and that will have been. */
  readonly onProgress: (sent: number, total: number) => void
}

export interface Latency extends Sent {
  /** The median of the rounds. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly roundsMs: readonly { readonly p50: number; readonly p99: number }[]
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
 * From the broker's time stamp of an event to its forecast in the hands of a read-committed consumer, which follows the partitions by
 * turns. Events are sent by a schedule that waits for nothing, so an event that comes while the forecaster is behind is measured like any
 * other.
 */
export async function measureLatency(options: LatencyOptions): Promise<Latency> {
  const { log, forecasts, partitions, clock, signal, warmUpMs, ms, rounds } = options
  const ending = new AbortController()
  signal.addEventListener('abort', () => ending.abort())
  const startMs = clock.now()
  /** By the round that the event came in. */
  const latencies = Array.from({ length: rounds }, (): number[] => [])
  const reading = followByTurns(log, forecasts, partitions, { clock, signal: ending.signal }, (records) => {
    const now = clock.now()
    // A forecast's record is as old as the record that caused it.
    for (const { timestamp } of records) {
      latencies[Math.floor((timestamp - startMs - warmUpMs) / ms)]?.push(now - timestamp)
    }
  })
  const sending = async () => {
    const sent = await sendBySchedule({ ...options, startMs, untilMs: startMs + warmUpMs + rounds * ms })
    // The last ones are on their way.
    await clock.sleep(LAST_MS, signal)
    return sent
  }
  const failed = new Promise<never>((_, reject) => reading.catch(reject))
  const sent = await Promise.race([sending(), failed]).finally(() => ending.abort())
  await reading
  const roundsMs = latencies.map((round) => ({ p50: percentile(round, 0.5), p99: percentile(round, 0.99) }))
  const all = latencies.flat()
  return {
    p50Ms: medianOf(roundsMs.map(({ p50 }) => p50)),
    p99Ms: medianOf(roundsMs.map(({ p99 }) => p99)),
    roundsMs,
    maxMs: percentile(all, 1),
    forecasts: all.length,
    ...sent,
  }
}
