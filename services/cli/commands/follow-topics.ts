import type { Log, LogRecord, Topic } from '#shared/log/port'

export interface FollowedRecord {
  readonly topic: Topic
  readonly record: LogRecord
}

/** Offsets that are looked back through, in each partition, for each record that is wanted. */
const LOOK_BACK = 200

/**
 * Hand over the last records of some topics in the order of their timestamps, and then, when asked, each new one as
 * it comes.
 * @param wanted records that count
 */
export async function followTopics(options: {
  readonly log: Log
  readonly topics: readonly Topic[]
  readonly last: number
  readonly follow: boolean
  readonly wanted: (found: FollowedRecord) => boolean
  readonly take: (found: FollowedRecord) => void
  readonly signal: AbortSignal
}): Promise<void> {
  const { log, topics, last, follow, wanted, take, signal } = options
  const ends: { readonly topic: Topic; readonly partition: number; readonly end: number }[] = []
  let found: FollowedRecord[] = []
  for (const topic of topics) {
    const partitions = await log.partitions(topic)
    for (let partition = 0; partition < partitions; partition++) {
      const { start, end } = await log.bounds(topic, partition)
      ends.push({ topic, partition, end })
      const from = Math.max(start, end - last * LOOK_BACK)
      let kept: FollowedRecord[] = []
      if (last > 0 && from < end) {
        for await (const batch of log.read(topic, partition, from, end, signal)) {
          kept = [...kept, ...batch.records.map((record) => ({ topic, record })).filter(wanted)].slice(-last)
        }
      }
      found = found.concat(kept)
    }
  }
  found.sort((a, b) => a.record.timestamp - b.record.timestamp)
  for (const one of last > 0 ? found.slice(-last) : []) take(one)
  if (!follow) return
  await Promise.all(
    ends.map(async ({ topic, partition, end }) => {
      for await (const batch of log.read(topic, partition, end, undefined, signal)) {
        for (const record of batch.records) if (wanted({ topic, record })) take({ topic, record })
      }
    }),
  )
}
