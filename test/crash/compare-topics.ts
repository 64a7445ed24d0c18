import type { Log, LogRecord, Topic } from '#shared/log/port'
import { textOf, topicRecords } from './topic-records.js'

export interface Comparison {
  readonly records: number
  /** The first difference, in words. */
  readonly difference: string | null
}

export interface Compared {
  readonly topic: Topic
  readonly partitions: number
  /** Name of the topic in the other log, if it is another. */
  readonly otherTopic?: Topic
  /** false where the ends of transactions take offsets too. */
  readonly offsets?: boolean
  /** What of a value is compared; all of it where nothing is said. */
  readonly part?: (value: string) => string
}

/**
 * Whether two logs hold the same records in a topic: offset, key, value and headers, byte by byte.
 * Timestamps are left out: a feed stamps its records with the time of day.
 */
export async function compareTopics(one: Log, other: Log, compared: Compared): Promise<Comparison> {
  const { topic, partitions, otherTopic = topic, offsets = true, part } = compared
  const seen = (record: LogRecord): LogRecord =>
    part && record.value ? { ...record, value: Buffer.from(part(textOf(record.value))) } : record
  let records = 0
  for (let partition = 0; partition < partitions; partition++) {
    const theirs = topicRecords(other, otherTopic, partition)
    for await (const mine of topicRecords(one, topic, partition)) {
      const { value: their, done } = await theirs.next()
      if (done) return { records, difference: `${topic}/${partition} ends before ${show(mine)}` }
      if (!same(seen(mine), seen(offsets ? their : { ...their, offset: mine.offset }))) {
        return { records, difference: `${topic}/${partition}\n  ${show(mine)}\n  ${show(their)}` }
      }
      records++
    }
    const { value: extra, done } = await theirs.next()
    if (!done) return { records, difference: `${topic}/${partition} goes on with ${show(extra)}` }
  }
  return { records, difference: null }
}

/** As `compareTopics`, for states and positions: only the last value of every key counts, as after compaction. */
export async function compareLast(one: Log, other: Log, compared: Compared): Promise<Comparison> {
  const { topic, partitions, otherTopic = topic } = compared
  let records = 0
  for (let partition = 0; partition < partitions; partition++) {
    const mine = await lastByKey(one, topic, partition)
    const theirs = await lastByKey(other, otherTopic, partition)
    for (const key of new Set([...mine.keys(), ...theirs.keys()])) {
      const [a, b] = [mine.get(key), theirs.get(key)]
      if (!a || !b || !same({ ...a, offset: 0 }, { ...b, offset: 0 })) {
        return { records, difference: `${topic}/${partition} ${key}: ${a && show(a)} / ${b && show(b)}` }
      }
      records++
    }
  }
  return { records, difference: null }
}

async function lastByKey(log: Log, topic: Topic, partition: number): Promise<Map<string, LogRecord>> {
  const last = new Map<string, LogRecord>()
  for await (const record of topicRecords(log, topic, partition)) {
    const key = textOf(record.key)
    // Snapshots are cut at the borders of batches, which differ.
    if (key.startsWith('snapshot')) continue
    last.set(key, key === 'position' ? { ...record, value: withoutTimestamp(record.value) } : record)
  }
  return last
}

/** A position names the record before it, with the time of day at which a feed sent it. */
function withoutTimestamp(position: Uint8Array | null): Uint8Array {
  return Buffer.from(textOf(position).replace(/"timestamp":\d+/, '"timestamp":0'), 'latin1')
}

function same(a: LogRecord, b: LogRecord): boolean {
  return (
    a.offset === b.offset &&
    sameBytes(a.key, b.key) &&
    sameBytes(a.value, b.value) &&
    a.headers.length === b.headers.length &&
    a.headers.every(([name, bytes], i) => {
      const [otherName, otherBytes] = b.headers[i]!
      return name === otherName && sameBytes(bytes, otherBytes)
    })
  )
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0
}

function show({ offset, key, value, headers }: LogRecord): string {
  const named = headers.map(([name, bytes]) => `${name}=${textOf(bytes)}`)
  return `offset ${offset}, key ${textOf(key)}, ${named.join(' ')}: ${textOf(value).slice(0, 2000)}`
}
