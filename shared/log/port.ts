/**
 * The log: partitioned, append-only topics, as in Kafka.
 *
 * This file is the whole of what the rest of Foretide knows of a log. Adapters (`memory`, `embedded`, `kafka`)
 * live in folders of their own and pass one contract suite, `test/contract/log-contract.ts`.
 */
import type { Observable } from 'rxjs'

/** Place of a record in its partition, from 0. A safe integer (2^53 records outlast any partition). */
export type Offset = number

/** Name of a topic. */
export type Topic = string

/** One header: name and bytes. Names may repeat; order is kept. */
export type Header = readonly [name: string, value: Uint8Array]

/** A record before it has a place. */
export interface NewRecord {
  readonly partition: number
  readonly key: Uint8Array | null
  /** null is a tombstone. */
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  /** Milliseconds since 1970, as Kafka's record timestamp. */
  readonly timestamp: number
}

/** A record as it stands in a partition. */
export interface LogRecord {
  readonly offset: Offset
  readonly key: Uint8Array | null
  readonly value: Uint8Array | null
  readonly headers: readonly Header[]
  readonly timestamp: number
}

/** Consecutive records of one partition, in offset order, never empty. Compaction may leave gaps between offsets. */
export interface RecordBatch {
  readonly topic: Topic
  readonly partition: number
  readonly records: readonly LogRecord[]
  /** Offset after the last record that the partition held when this batch was read: what lag is measured against. */
  readonly endOffset: Offset
}

export interface TopicSpec {
  readonly topic: Topic
  readonly partitions: number
  /** Others write it: it is created where it is missing, its settings are theirs, and our own topics follow its partitions. */
  readonly input?: true
  /** `compact` keeps at least the last record of every key; `delete` drops the oldest by age and size. */
  readonly cleanup: 'delete' | 'compact'
  /** For `delete`: drop what is older, by record timestamp against the clock handed to the adapter. Default: for ever. */
  readonly retentionMs?: number
  /** For `delete`: drop the oldest beyond this many bytes per partition. Default: without bound. */
  readonly retentionBytes?: number
}

/** Offsets that a partition holds now: `start` is the first kept record's, `end` the one after the last. */
export interface Bounds {
  readonly start: Offset
  readonly end: Offset
}

/**
 * What an owner's commits promise. `exactly-once`: all of a commit becomes visible at once, or nothing of it.
 * `at-least-once`: a commit that fails may leave a part, and what it leaves is written again; see `Write.order`.
 */
export type Guarantee = 'exactly-once' | 'at-least-once'

/** Records for one topic. */
export interface Write {
  readonly topic: Topic
  readonly records: readonly NewRecord[]
  /**
   * Matters at least once only: `first` is durable before the rest is sent, `last` is sent when the rest is durable. What
   * recovery starts from goes last, so that nothing which it takes for written can be missing.
   */
  readonly order?: 'first' | 'last'
}

/** What one commit appends, beside the position. */
export type Writes = readonly Write[]

/** A partition of the input that is ours, until `lost$` emits. */
export interface Ownership {
  readonly partition: number
  /** Position of the group's last commit in this partition, or null when it never committed. On Kafka it may lag by a second. */
  readonly committed: Offset | null
  /** Emits once, and completes, when the partition is no longer ours. Never errors. */
  readonly lost$: Observable<void>
  /**
   * The next records at or after `from`, at most `recordsMax` of them (default 500). Waits until there is one.
   * @throws OwnershipLostError when the partition is lost, or released, while waiting
   * @throws RetentionGapError when `from` lies before the first kept record (or after the end): records were lost
   */
  next(from: Offset, recordsMax?: number): Promise<RecordBatch>
  /**
   * Append `writes` and set the group's position, as the log's guarantee says; resolves when the writes are durable. From then on their
   * bytes are the caller's again.
   * @throws FencedError when another owner has taken the partition; nothing was written (at least once: nothing that goes last)
   */
  commit(writes: Writes, position: Offset): Promise<void>
  /**
   * An offset such that reading this partition's number of `topic` up to it shows all that earlier owners committed there,
   * and nothing of theirs can come later. Call it before restoring, at the first time and after each failed commit: what
   * became of that one is settled then. (On Kafka it writes a tombstone with the key `@owner`, for its place.)
   */
  settle(topic: Topic): Promise<Offset>
  /** Give the partition back. A pending `next` rejects with OwnershipLostError. */
  release(): Promise<void>
}

export interface Log {
  /** Create what is missing; idempotent. @throws TopicMismatchError when a topic exists with another partition count or cleanup */
  createTopics(specs: readonly TopicSpec[]): Promise<void>
  /** Partition count, or 0 when there is no such topic. */
  partitions(topic: Topic): Promise<number>
  /** @throws UnknownTopicError */
  bounds(topic: Topic, partition: number): Promise<Bounds>
  /**
   * Become an owner of `input` for `group`: emits an ownership for each partition that is ours, whenever it becomes so, and
   * stays open. Unsubscribing releases them all.
   * On one machine that is every partition at once, or GroupTakenError when a living process already owns the group. On
   * Kafka processes share the partitions, which come and go as processes do; one that was lost may come again.
   */
  ownerships(input: Topic, group: string): Observable<Ownership>
  /**
   * Read a partition without a group; disturbs nobody. With `to`: ends before that offset, waiting for records not
   * yet written (callers pass `bounds().end` to read what is there). Without `to`: follows the partition as it
   * grows. Either way it ends when `signal` aborts.
   * Starts at the first kept record when `from` is older than that.
   */
  read(
    topic: Topic,
    partition: number,
    from: Offset,
    to?: Offset,
    signal?: AbortSignal,
  ): AsyncIterable<RecordBatch>
  /** Append, all or nothing; resolves when durable. @throws UnknownTopicError */
  append(topic: Topic, records: readonly NewRecord[]): Promise<void>
  /** Release everything and close. Idempotent. */
  close(): Promise<void>
}
