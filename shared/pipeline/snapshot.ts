import type { Offset } from '#shared/log/port'
import type { Standing } from './standing.js'

/**
 * A dated copy of a partition's states, in chunks under this manifest.
 *
 * The states were written one after another while the partition went on, so each is as it was somewhere between `from` and
 * `until`. Whoever reads the input again from `from`, skipping what each state has already seen, has exactly the states of
 * the live run from `until` on.
 */
export interface Snapshot {
  /** Where it was begun, which no other snapshot of the partition was. */
  readonly id: string
  /** `open` while it is written; `dropped` until its chunks are gone. */
  readonly status: 'open' | 'complete' | 'dropped'
  /** The states hold every record before this one. */
  readonly from: Offset
  /** They hold no record from this one on. */
  readonly until: Offset
  /** Highest event time before `until`, milliseconds since 1970. */
  readonly streamTimeMs: number
  /** Which layout the states have. */
  readonly fingerprint: string
  readonly series: number
  readonly bytes: number
  readonly chunks: number
  /** What stood in the slots when it was begun; null where the manifest is older than that: the decisions tell. */
  readonly standing: Standing | null
  /** Its chunks stand in the snapshots topic at this offset or later. */
  readonly chunksFrom: Offset
}

/** A part of a snapshot's bytes. */
export interface SnapshotChunk {
  readonly snapshot: string
  /** From 0. */
  readonly number: number
  /** null where it was dropped. */
  readonly bytes: Uint8Array | null
}

/** How often snapshots are taken, and how many are kept. */
export interface SnapshotPolicy {
  /** Stream time from one to the next; null: none are taken. */
  readonly everyMs: number | null
  /** Snapshots kept of each partition, at least 1. */
  readonly keep: number
  /** Bytes that those of a partition take; the newest is kept whatever it takes. */
  readonly bytesMax: number
  readonly pace: SnapshotPace
}

/** How quickly a snapshot is written, so that nobody notices. */
export interface SnapshotPace {
  /** Bytes of a record, below what a Kafka broker takes by its own settings. */
  readonly chunkBytes: number
  /** Bytes that one commit adds to a snapshot, give or take a state. */
  readonly commitBytes: number
  /** Of one partition: all of them begin theirs when stream time enters another day. */
  readonly bytesPerSecond: number
  /** From the end of one to the next: less work than that is read again as quickly as states are. */
  readonly restMs: number
}

/** What the partitions of a pipeline write together: far below what outputs and states take. */
const BYTES_PER_SECOND = 4 * 1024 * 1024

/** The pace of each of so many partitions. */
export function snapshotPace(partitions: number): SnapshotPace {
  return {
    chunkBytes: 128 * 1024,
    commitBytes: 2 * 1024 * 1024,
    bytesPerSecond: BYTES_PER_SECOND / partitions,
    restMs: 60_000,
  }
}
