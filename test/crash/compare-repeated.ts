import type { Log, LogRecord, Topic } from '#shared/log/port'
import { headerOf, textOf, topicRecords } from './topic-records.js'

export interface RepeatedComparison {
  /** Different records. */
  readonly records: number
  readonly repeats: number
  /** The first difference, in words. */
  readonly difference: string | null
}

/**
 * Whether a topic holds the records of another in the same order, each at least once: same key, value and headers, and what comes again
 * comes with the same bytes. Records are told apart by what caused them, their `ce_id`.
 */
export async function compareRepeated(
  log: Log,
  topic: Topic,
  otherTopic: Topic,
  partitions: number,
): Promise<RepeatedComparison> {
  let [records, repeats] = [0, 0]
  for (let partition = 0; partition < partitions; partition++) {
    const theirs = topicRecords(log, otherTopic, partition)
    const seen = new Map<string, string>()
    for await (const record of topicRecords(log, topic, partition)) {
      const [id, bytes] = [headerOf(record, 'ce_id')!, bytesOf(record)]
      const place = `${topic}/${partition} ${id}`
      if (seen.has(id)) {
        if (seen.get(id) !== bytes) return { records, repeats, difference: `${place} comes again as another` }
        repeats++
        continue
      }
      seen.set(id, bytes)
      const { value: their, done } = await theirs.next()
      if (done) return { records, repeats, difference: `${place} is not in the other` }
      if (bytesOf(their) !== bytes) {
        const other = headerOf(their, 'ce_id')
        return { records, repeats, difference: `${place} stands where the other has ${other}, or differs` }
      }
      records++
    }
    const { value: missing, done } = await theirs.next()
    if (!done) {
      return { records, repeats, difference: `${topic}/${partition} lacks ${headerOf(missing, 'ce_id')}` }
    }
  }
  return { records, repeats, difference: null }
}

function bytesOf({ key, value, headers }: LogRecord): string {
  return JSON.stringify([textOf(key), textOf(value), headers.map(([name, bytes]) => [name, textOf(bytes)])])
}
