import type { NewRecord, Topic, Writes } from '../port.js'
import { encodeBatch } from './stored-batch.js'

/** Large enough that LMDB's work per entry is small, small enough that a read from the middle copies little. */
const BATCH_BYTES = 256 * 1024
const BATCH_RECORDS = 1000

/** Records for one partition, encoded; where they go is known when they are written. */
export interface PartitionWrite {
  readonly topic: Topic
  readonly partition: number
  readonly batches: readonly { readonly bytes: Buffer; readonly count: number }[]
}

interface Place {
  readonly topic: Topic
  readonly partition: number
  readonly records: NewRecord[]
}

/** Encode `writes` into batches, per topic and partition in order of first appearance. Copies every byte. */
export function splitRecords(writes: Writes): PartitionWrite[] {
  const places = new Map<string, Place>()
  for (const { topic, records } of writes) {
    // Most of what is written at once goes to one place.
    let last: Place | undefined
    for (const record of records) {
      const { partition } = record
      if (last?.partition !== partition) {
        const name = `${partition} ${topic}`
        last = places.get(name) ?? { topic, partition, records: [] }
        places.set(name, last)
      }
      last.records.push(record)
    }
  }
  return [...places.values()].map(({ topic, partition, records }) => ({
    topic,
    partition,
    batches: splitBySize(records).map((run) => ({ bytes: encodeBatch(run), count: run.length })),
  }))
}

function splitBySize(records: readonly NewRecord[]): (readonly NewRecord[])[] {
  const runs: (readonly NewRecord[])[] = []
  let from = 0
  let bytes = 0
  for (let i = 0; i < records.length; i++) {
    const { key, value, headers } = records[i]!
    let size = (key?.length ?? 0) + (value?.length ?? 0)
    for (const header of headers) size += header[1].length
    if (i - from === BATCH_RECORDS || (i > from && bytes + size > BATCH_BYTES)) {
      runs.push(records.slice(from, i))
      from = i
      bytes = 0
    }
    bytes += size
  }
  runs.push(from === 0 ? records : records.slice(from))
  return runs
}
