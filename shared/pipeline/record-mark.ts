import { crc32 } from 'node:zlib'
import { TopicRecreatedError } from '#shared/log/errors'
import type { Log, LogRecord } from '#shared/log/port'
import type { RecordMark } from './wire.js'

export function markRecord({ offset, timestamp, key, value }: LogRecord): RecordMark {
  const checksum = crc32(value ?? new Uint8Array(), crc32(key ?? new Uint8Array()))
  return { offset, timestamp, checksum }
}

/**
 * See that the partition still holds the record that was marked. A mark that retention or compaction has taken proves nothing.
 * @throws TopicRecreatedError when another record stands in its place, or the partition ends before it
 */
export async function checkMark(log: Log, topic: string, partition: number, mark: RecordMark): Promise<void> {
  const { start, end } = await log.bounds(topic, partition)
  if (mark.offset < start) return
  let same = mark.offset < end
  if (same) {
    for await (const { records } of log.read(topic, partition, mark.offset, mark.offset + 1)) {
      const found = markRecord(records[0])
      same = found.timestamp === mark.timestamp && found.checksum === mark.checksum
    }
  }
  if (same) return
  throw new TopicRecreatedError(
    `Record ${mark.offset} of partition ${partition} of topic ${topic} is not the one that was read before: the topic was deleted ` +
      'and made anew, or has lost records. Start with another topicPrefix, which begins afresh.',
  )
}
