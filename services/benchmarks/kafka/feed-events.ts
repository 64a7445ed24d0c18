import type { KafkaLog } from '#shared/log/kafka/kafka-log'
import type { NewRecord, Topic } from '#shared/log/port'
import type { KafkaBenchOptions } from './kafka-bench-options.js'
import { MeterEvents } from './meter-events.js'

/** Partitions of every topic of the bench. */
export const PARTITIONS = 12
const CHUNK = 12_000

/** Append the first `events` made-up events, each partition's in batches of its own. */
export async function feedEvents(
  log: KafkaLog,
  topic: Topic,
  { events, series, clock, onProgress }: KafkaBenchOptions,
): Promise<void> {
  const meters = new MeterEvents(series, PARTITIONS)
  for (let from = 0; from < events; from += CHUNK) {
    const now = clock.now()
    const parts = Array.from({ length: PARTITIONS }, (): NewRecord[] => [])
    for (let n = from; n < Math.min(events, from + CHUNK); n++) {
      const event = meters.event(n, now)
      parts[event.partition]!.push(event)
    }
    await Promise.all(parts.map((records) => log.append(topic, records)))
    onProgress(Math.min(events, from + CHUNK), events)
  }
}
