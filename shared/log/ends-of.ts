import type { Log, Offset, Topic } from './port.js'

/** The offset after the last record of each partition. */
export async function endsOf(log: Pick<Log, 'bounds' | 'partitions'>, topic: Topic): Promise<Offset[]> {
  const partitions = await log.partitions(topic)
  return Promise.all(
    Array.from({ length: partitions }, async (_, partition) => (await log.bounds(topic, partition)).end),
  )
}
