import type { NewRecord, Topic } from '../port.js'
import { chunkRecord, isChunked } from './record-chunks.js'
import { BATCH_OVERHEAD, recordSizeMax } from './wire/encode-batch.js'

/** A batch stays below this, well under the 1 MB that brokers and topics take by default. One larger record goes alone. */
export const BATCH_BYTES_MAX = 768 * 1024

/** Records of one partition that go in one batch. */
export interface RecordGroup {
  readonly records: readonly NewRecord[]
  /** Bytes that the batch takes at most. */
  readonly sizeMax: number
}

/** What one partition of a topic is written, in order. */
export interface PartitionWrite {
  readonly topic: Topic
  readonly partition: number
  readonly groups: readonly RecordGroup[]
}

/** `Writes` of the port by partition, in groups whose batches stay under the limit; records that are too large for a batch in chunks. */
export function writesByPartition(
  writes: readonly { readonly topic: Topic; readonly records: readonly NewRecord[] }[],
): PartitionWrite[] {
  const byPlace = new Map<string, OpenWrite>()
  for (const { topic, records } of writes) {
    let open: OpenWrite | undefined
    for (const record of records) {
      const { partition } = record
      if (open?.partition !== partition) {
        const key = `${partition} ${topic}`
        open = byPlace.get(key) ?? new OpenWrite(topic, partition)
        byPlace.set(key, open)
      }
      if (isChunked(record)) for (const chunk of chunkRecord(record)) open.add(chunk)
      else open.add(record)
    }
  }
  return [...byPlace.values()]
}

class OpenWrite implements PartitionWrite {
  readonly groups: { readonly records: NewRecord[]; sizeMax: number }[] = []

  constructor(
    readonly topic: Topic,
    readonly partition: number,
  ) {}

  add(record: NewRecord): void {
    const size = recordSizeMax(record)
    const last = this.groups.at(-1)
    if (last === undefined || last.sizeMax + size > BATCH_BYTES_MAX) {
      this.groups.push({ records: [record], sizeMax: BATCH_OVERHEAD + size })
      return
    }
    last.records.push(record)
    last.sizeMax += size
  }
}
