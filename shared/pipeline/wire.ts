import type { Forecast } from '#shared/forecast/forecast'
import type { Score } from '#shared/forecast/score'
import type { NewRecord, Offset } from '#shared/log/port'
import type { PromotionCause } from '#shared/promotion/promotion-cause'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import type { SeriesState } from '#shared/series-state/series-state'
import type { DeadLetter, Lifecycle } from './batch-outcome.js'
import type { ControlRecord } from './control-requests.js'
import type { Decision } from './decision.js'
import type { ForecastLine } from './forecast-line.js'
import type { Snapshot, SnapshotChunk } from './snapshot.js'
import type { Standing } from './standing.js'

/** Where a partition stands, beside its series: written with every commit. */
export interface PartitionPosition {
  /** Offset of the next record to consume; everything before it has its outcome in the log. */
  readonly position: Offset
  /** Oldest record whose effect on some series is not in that series' saved state. */
  readonly replayFrom: Offset
  /** Which layout the saved states have. */
  readonly fingerprint: string
  /** The last record before the position, by which a topic that was made anew is told from the one that was read; null at the start. */
  readonly before: RecordMark | null
  /** First record that the states have seen: the input held none before it when the partition was first read. */
  readonly since: Offset
  /** Highest event time before the position, milliseconds since 1970; null before the first. */
  readonly streamTimeMs: number | null
  /** What stood in the slots at `replayFrom`; null where the record is older than that: the decisions tell. */
  readonly standing: Standing | null
}

/** What a record is recognised by. */
export interface RecordMark {
  readonly offset: Offset
  readonly timestamp: number
  /** CRC-32 of key and value. */
  readonly checksum: number
}

/** What stands in a record of the weights topic. */
export type WeightsRecord =
  | { readonly kind: 'challenge'; readonly version: number; readonly weights: RecurrentWeights }
  | { readonly kind: 'promote'; readonly version: number; readonly cause: PromotionCause }
  | { readonly kind: 'reject'; readonly version: number }
  | { readonly kind: 'pin'; readonly version: number | null; readonly configured: boolean }
  /** Versions are no longer kept. */
  | { readonly kind: 'forget'; readonly versions: readonly number[] }
  | { readonly kind: 'contest'; readonly contest: SavedRunningContest }

/** What stands in a record of the state topic. */
export type StateRecord =
  | { readonly kind: 'position'; readonly position: PartitionPosition }
  | { readonly kind: 'series'; readonly id: string; readonly bytes: Uint8Array }
  | { readonly kind: 'snapshot'; readonly id: string; readonly snapshot: Snapshot | null }

/** Between the line's own types and the bytes of the log. The line is handed one; it never looks inside. */
export interface Wire {
  forecast(partition: number, forecast: Forecast): NewRecord
  score(partition: number, score: Score): NewRecord
  lifecycle(partition: number, lifecycle: Lifecycle): NewRecord
  deadLetter(partition: number, deadLetter: DeadLetter): NewRecord
  /** The forecasts, scores and other outcomes made for a partition so far are in the log: the next may lie in the same memory. */
  recycle(partition: number): void
  /** Nothing of a partition is kept, and no memory that earlier records lie in is written to any more. */
  forget(partition: number): void
  decision(partition: number, decision: Decision): NewRecord
  position(partition: number, position: PartitionPosition): NewRecord
  series(partition: number, state: SeriesState, line: ForecastLine): NewRecord
  /** The manifest of a snapshot, for the state topic. */
  snapshot(partition: number, snapshot: Snapshot): NewRecord
  /** Its tombstone. */
  noSnapshot(partition: number, id: string): NewRecord
  /** A series as a snapshot's bytes hold it. */
  snapshotEntry(state: SeriesState, line: ForecastLine): Uint8Array
  /** For the snapshots topic; a tombstone without bytes. */
  snapshotChunk(partition: number, chunk: SnapshotChunk): NewRecord
  /** null for what is no chunk. */
  readSnapshotChunk(key: Uint8Array | null, value: Uint8Array | null): SnapshotChunk | null
  /** The whole entries at the beginning of some bytes of a snapshot; returns what is left of them. */
  readSnapshotEntries(
    bytes: Uint8Array,
  ): Generator<{ readonly id: string; readonly state: Uint8Array }, Uint8Array>
  /** @throws CorruptStateError */
  readDecision(value: Uint8Array): Decision
  /** null for a tombstone. @throws CorruptStateError */
  readState(key: Uint8Array | null, value: Uint8Array | null): StateRecord | null
  /** @throws CorruptStateError */
  readSeries(id: string, bytes: Uint8Array, line: ForecastLine): SeriesState
  /** null for a record that asks nothing, or cannot be read. */
  readControl(key: Uint8Array | null, value: Uint8Array | null): ControlRecord | null
  /** null for a record that asks nothing. @throws WeightsRefusedError */
  readWeights(value: Uint8Array | null): WeightsRecord | null
}
