import type { Offset, RecordBatch, Topic } from '../port.js'
import type { Bell } from './bell.js'

/** One partition of a log on this machine, read without waiting. */
export interface PartitionReader {
  readonly topic: Topic
  readonly partition: number
  /** Rings after the partition has grown. */
  readonly grown: Bell
  /** Offset after the last record. */
  end(): Offset
  /** Records before this offset were deleted by retention. (Compaction leaves gaps, and loses nothing that counts.) */
  deletedBefore(): Offset
  /** The first records with `from` ≤ offset < `to`, at most `recordsMax`; null when there is none. */
  records(from: Offset, to: Offset, recordsMax: number): RecordBatch | null
}
