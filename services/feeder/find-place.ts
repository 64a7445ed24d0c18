import type { Header, Log, LogRecord, Topic } from '#shared/log/port'

const feedHeader = 'foretide_feed'
const indexHeader = 'foretide_feed_index'
/** Offsets that are read at once on the way back. */
const blockOffsets = 2_000

const decoder = new TextDecoder()

/** Headers that say which event of which feed a record is: the feeder's memory of its place is the log itself. */
export function placeHeaders(fingerprint: Uint8Array, index: number): Header[] {
  return [
    [feedHeader, fingerprint],
    [indexHeader, Buffer.from(String(index))],
  ]
}

/**
 * Index of the last event of a feed in a partition, or -1 when the partition holds none of it.
 * Reads backwards in blocks; the log's readers and writers are not disturbed.
 */
export async function findPlace(
  log: Log,
  topic: Topic,
  partition: number,
  fingerprint: string,
  signal?: AbortSignal,
): Promise<number> {
  const bounds = await log.bounds(topic, partition)
  for (let to = bounds.end; to > bounds.start && !signal?.aborted; to -= blockOffsets) {
    const from = Math.max(bounds.start, to - blockOffsets)
    let last = -1
    for await (const batch of log.read(topic, partition, from, to, signal)) {
      for (const record of batch.records) last = indexOf(record, fingerprint) ?? last
    }
    if (last >= 0) return last
  }
  return -1
}

function indexOf({ headers }: LogRecord, fingerprint: string): number | null {
  const headerOf = (wanted: string) => headers.find(([name]) => name === wanted)?.[1]
  const [feed, index] = [headerOf(feedHeader), headerOf(indexHeader)]
  if (feed === undefined || index === undefined || decoder.decode(feed) !== fingerprint) return null
  const digits = decoder.decode(index)
  return /^\d+$/.test(digits) ? Number(digits) : null
}
