import type { Offset, RecordBatch } from '../port.js'
import { Bell, firstRing } from './bell.js'
import type { PartitionReader } from './partition-reader.js'

const RECORDS_MAX = 500

/** That the log was closed: rings, and from then on `check` throws. */
export interface Closing {
  readonly closed: Bell
  /** @throws LogUnavailableError once the log is closed */
  check(): void
}

/** `Log.read` over a partition of this machine. */
export async function* readPartition(
  reader: PartitionReader,
  closing: Closing,
  from: Offset,
  to: Offset = Number.POSITIVE_INFINITY,
  signal?: AbortSignal,
): AsyncGenerator<RecordBatch, void, undefined> {
  const aborted = new Bell()
  const abort = () => aborted.ring()
  signal?.addEventListener('abort', abort)
  try {
    let at = from
    while (at < to && !signal?.aborted) {
      closing.check()
      const batch = reader.records(at, to, RECORDS_MAX)
      if (batch !== null) {
        at = batch.records[batch.records.length - 1]!.offset + 1
        yield batch
      } else if (reader.end() >= to) {
        return
      } else {
        await firstRing([reader.grown, aborted, closing.closed])
      }
    }
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}
