import type { Reading } from '#shared/series/reading'

/** One sensor event of a feed: a single value, or one value per channel. */
export interface FeedEvent {
  readonly series: string
  /** Milliseconds since 1970; negative before. */
  readonly timeMs: number
  /** Present when the feed has no channels. */
  readonly value?: number
  /** Present when it has: channel → value. A channel without a reading is left out. */
  readonly values?: Readonly<Record<string, number>>
  /** Present when the feed has covariates: name → value. One that is missing is left out. */
  readonly covariates?: Readonly<Record<string, number>>
}

/** A cell that was neither a number nor one of the words for "no reading". */
export interface RejectedCell {
  /** Line in the file, from 1 (row for Parquet). */
  readonly line: number
  readonly column: string
  readonly text: string
}

/** What a person should know about how a source was understood. */
export interface FeedFindings {
  /** Whole sentences. */
  readonly warnings: readonly string[]
  readonly rejected: {
    readonly count: number
    /** The first few. */
    readonly examples: readonly RejectedCell[]
  }
}

/** Recorded data in event-time order, ready to be sent. Equal times stand in the order in which their series first appear. */
export interface Feed {
  readonly name: string
  /** 32 hex digits, from the events themselves: the same events have the same one, whatever file they came in. */
  readonly fingerprint: string
  /** The commonest spacing within a series; see `detectCadence`. */
  readonly cadenceMs: number
  /** Series that come of it: one per channel where events carry channels. */
  readonly series: number
  /** Events. */
  readonly total: number
  readonly findings: FeedFindings
  /** Events from index `from` (default 0) to the end. */
  events(from?: number): AsyncIterable<FeedEvent>
  /** The same as single readings; the series of a channel is `series.channel`. */
  readings(): AsyncIterable<Reading>
}
