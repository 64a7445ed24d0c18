import { ForetideError } from '#shared/errors/foretide-error'
import { RetentionGapError } from '#shared/log/errors'
import { findOffset } from '#shared/log/find-offset'
import type { Log, LogRecord, Offset, Topic } from '#shared/log/port'
import type { Decode } from '#shared/pipeline/line-options'
import { earliestReplay, type PartitionHistory, replayStart } from '#shared/pipeline/partition-history'

/** A place in a topic: an offset, or the first record with a reading that is not before a time. */
export type Place = { readonly offset: Offset } | { readonly timeMs: number }

/** What is to be replayed of one partition. */
export interface PartitionRange {
  readonly history: PartitionHistory
  /** First record whose outcomes are published or compared. */
  readonly from: Offset
  /** The one after the last. */
  readonly to: Offset
  /** First record that is read, for the states of `from`. */
  readonly warmFrom: Offset
  /** Offset of the snapshot that it starts from; null: from the beginning. */
  readonly snapshot: Offset | null
}

/** A range that cannot be replayed as production ran it. */
export class ReplayRangeError extends ForetideError {
  readonly code = 'REPLAY_RANGE'
  override readonly exitCode = 2
}

/**
 * Settle what is replayed of a partition. Left out, a range begins as early as it can and ends where production stands.
 * @param topic of the input
 * @returns null when nothing of the partition lies in the range
 * @throws RetentionGapError when records that it needs were deleted
 */
export async function settleRange(
  log: Log,
  topic: Topic,
  history: PartitionHistory,
  wanted: { readonly from?: Place; readonly to?: Place },
  decode: Decode,
): Promise<PartitionRange | null> {
  const { partition, input } = history
  const end = history.position?.position ?? input.start
  const find = async (place: Place): Promise<Offset> => {
    if ('offset' in place) return place.offset
    return findOffset(log, topic, partition, input, (record) => {
      const timeMs = latestTime(record, decode)
      return timeMs === null ? null : timeMs >= place.timeMs
    })
  }
  const to = wanted.to ? await find(wanted.to) : end
  if (to > end && wanted.to && 'offset' in wanted.to) {
    throw new ReplayRangeError(
      `production has come to offset ${end} of partition ${partition} of ${topic}, and what it decides beyond is not known: choose a --to up to ${end}, or leave it out`,
    )
  }
  const last = Math.min(to, end)
  const earliest = earliestReplay(history)
  const lost = `partition ${partition} of ${topic} holds no records before offset ${input.start}`
  if (earliest === null || earliest >= end) {
    throw new RetentionGapError(
      `${lost}, and there is no snapshot after it: nothing of it can be replayed until the next snapshot has been taken`,
    )
  }
  const from = wanted.from ? await find(wanted.from) : earliest
  if (from >= last) return null
  const start = replayStart(history, from)
  if (start) {
    return { history, from, to: last, warmFrom: start.from, snapshot: start.snapshot?.until ?? null }
  }
  throw new RetentionGapError(
    from < input.start
      ? `${lost}: those from ${from} on were deleted. The earliest --from is ${earliest}, from a snapshot`
      : `${lost}, and the states of offset ${from} cannot be built without them or a snapshot. The earliest --from is ${earliest}`,
  )
}

/** The latest event time in a record; null where it holds no reading. */
function latestTime(record: LogRecord, decode: Decode): number | null {
  let latest: number | null = null
  for (const decoded of decode(record)) {
    if (decoded.kind !== 'observation') continue
    latest = Math.max(latest ?? Number.NEGATIVE_INFINITY, decoded.observation.timeMs)
  }
  return latest
}
