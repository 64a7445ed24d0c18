import type { Forecast } from '#shared/forecast/forecast'
import type { Score } from '#shared/forecast/score'
import type { LogRecord, Offset } from '#shared/log/port'
import type { SeriesState } from '#shared/series-state/series-state'

export type LifecycleEvent = 'warming' | 'duplicate' | 'same-cell' | 'late' | 'excluded' | 'reset' | 'expired'

/** An outcome that is neither forecast nor dead letter, or a change in the life of a series. */
export interface Lifecycle {
  readonly series: string
  readonly event: LifecycleEvent
  readonly timeMs: number | null
  readonly offset: Offset
  readonly timestampMs: number
}

/** Why a record, or one series in it, was refused. A closed set: it labels a metric. */
export const FAULT_REASONS = [
  'unparseable',
  'not-an-object',
  'too-large',
  'too-deep',
  'missing-series',
  'series-too-long',
  'missing-time',
  'bad-time',
  'absurd-time',
  'future-time',
  'missing-value',
  'not-a-number',
  'non-finite',
  'series-limit',
] as const
export type FaultReason = (typeof FAULT_REASONS)[number]

/** A record that could not be used, with its original bytes. */
export interface DeadLetter {
  readonly record: LogRecord
  readonly reason: FaultReason
  /** One clause for people. */
  readonly message: string
  /** The series that it would have been, where that is known. */
  readonly series: string | null
}

type Entry<T> = { readonly sequence: number; readonly value: T }

/**
 * What one batch leads to. Entries are added in any order, wave by wave, and leave in the order of the records that
 * caused them, so that neither waves nor batch borders show.
 */
export class BatchOutcome {
  private readonly forecastEntries: Entry<Forecast>[] = []
  private readonly scoreEntries: Entry<Score>[] = []
  private readonly lifecycleEntries: Entry<Lifecycle>[] = []
  private readonly deadLetterEntries: Entry<DeadLetter>[] = []
  private sequence = 0
  /** Series whose state differs from the saved one since this batch, in the order of the records that changed them. */
  readonly dirtied: SeriesState[] = []

  /** @param publishFrom outcomes caused by records before this offset were published before, and are left out */
  constructor(readonly publishFrom: Offset) {}

  /** Numbers outcomes in the order of their causes. */
  nextSequence(): number {
    return this.sequence++
  }

  /** Whether what a record causes is still to be published. */
  publishes(cause: Offset): boolean {
    return cause >= this.publishFrom
  }

  addForecast(sequence: number, value: Forecast): void {
    this.forecastEntries.push({ sequence, value })
  }
  addScore(sequence: number, value: Score): void {
    this.scoreEntries.push({ sequence, value })
  }
  addLifecycle(sequence: number, cause: Offset, value: Lifecycle): void {
    if (this.publishes(cause)) this.lifecycleEntries.push({ sequence, value })
  }
  addDeadLetter(sequence: number, value: DeadLetter): void {
    if (this.publishes(value.record.offset)) this.deadLetterEntries.push({ sequence, value })
  }

  get forecasts(): Forecast[] {
    return inOrder(this.forecastEntries)
  }
  get scores(): Score[] {
    return inOrder(this.scoreEntries)
  }
  get lifecycle(): Lifecycle[] {
    return inOrder(this.lifecycleEntries)
  }
  get deadLetters(): DeadLetter[] {
    return inOrder(this.deadLetterEntries)
  }
}

function inOrder<T>(entries: Entry<T>[]): T[] {
  return entries.sort((a, b) => a.sequence - b.sequence).map((entry) => entry.value)
}
