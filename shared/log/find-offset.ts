import type { Bounds, Log, LogRecord, Offset, Topic } from './port.js'

/**
 * The first record within `bounds` that `reached` says yes to, where it says no to those before and yes to those after.
 * @param reached null where a record cannot tell; the next one is asked then
 * @returns its offset, or the end when there is none
 */
export async function findOffset(
  log: Log,
  topic: Topic,
  partition: number,
  { start, end }: Bounds,
  reached: (record: LogRecord) => boolean | null,
): Promise<Offset> {
  let low = start
  let high = end
  while (low < high) {
    const middle = low + Math.floor((high - low) / 2)
    const told = await firstAnswer(log, topic, partition, middle, high, reached)
    // Compaction and markers leave gaps between offsets.
    if (told === null || told.answer) high = middle
    else low = told.offset + 1
  }
  return low
}

/** What the first record at or after `from` and before `to` says that can tell. */
async function firstAnswer(
  log: Log,
  topic: Topic,
  partition: number,
  from: Offset,
  to: Offset,
  reached: (record: LogRecord) => boolean | null,
): Promise<{ readonly offset: Offset; readonly answer: boolean } | null> {
  for await (const { records } of log.read(topic, partition, from, to)) {
    for (const record of records) {
      const answer = reached(record)
      if (answer !== null) return { offset: record.offset, answer }
    }
  }
  return null
}
