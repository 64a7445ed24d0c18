import type { Log, Offset, Topic } from '#shared/log/port'

/** From where a trainer that starts reads its input. */
export interface ReadingRange {
  /** Offset in each partition. */
  readonly from: readonly Offset[]
  /** Records that are there before. */
  readonly skipped: number
}

/**
 * What a trainer that starts reads again: everything, where that is not more than `recordsMax`, so that its training set is what
 * it was; else the newest of each partition, so that a start takes minutes on a topic of any length.
 */
export async function readingRange(log: Log, topic: Topic, recordsMax: number): Promise<ReadingRange> {
  const partitions = await log.partitions(topic)
  const bounds = await Promise.all(
    Array.from({ length: partitions }, (_, partition) => log.bounds(topic, partition)),
  )
  const held = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
  // By the same share of each, so that partitions end at about the same stream time.
  const share = held > recordsMax ? recordsMax / held : 1
  const from = bounds.map(({ start, end }) => Math.max(start, end - Math.ceil((end - start) * share)))
  const skipped = bounds.reduce((sum, { start }, partition) => sum + from[partition]! - start, 0)
  return { from, skipped }
}
