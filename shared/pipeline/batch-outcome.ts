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

/** Values that are added in any order and read in the order of their causes. */
class Ordered<T> {
  private readonly sequences: number[] = []
  private values: T[] = []
  private inOrder = true

  add(sequence: number, value: T): void {
    const { sequences } = this
    if (sequences.length > 0 && sequences[sequences.length - 1] > sequence) this.inOrder = false
    sequences.push(sequence)
    this.values.push(value)
  }

  read(): readonly T[] {
    if (this.inOrder) return this.values
    const { sequences, values } = this
    const places = Array.from(sequences.keys()).sort((a, b) => sequences[a] - sequences[b])
    this.values = places.map((place) => values[place])
    sequences.sort((a, b) => a - b)
    this.inOrder = true
    return this.values
  }
}

/**
 * What one batch leads to. Entries are added in any order, wave by wave, and leave in the order of the records that
 * caused them, so that neither waves nor batch borders show.
 */
export class BatchOutcome {
  private readonly orderedForecasts = new Ordered<Forecast>()
  private readonly orderedScores = new Ordered<Score>()
  private readonly orderedLifecycle = new Ordered<Lifecycle>()
  private readonly orderedDeadLetters = new Ordered<DeadLetter>()
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
    this.orderedForecasts.add(sequence, value)
  }
  addScore(sequence: number, value: Score): void {
    this.orderedScores.add(sequence, value)
  }
  addLifecycle(sequence: number, cause: Offset, value: Lifecycle): void {
    if (this.publishes(cause)) this.orderedLifecycle.add(sequence, value)
  }
  addDeadLetter(sequence: number, value: DeadLetter): void {
    if (this.publishes(value.record.offset)) this.orderedDeadLetters.add(sequence, value)
  }

  get forecasts(): readonly Forecast[] {
    return this.orderedForecasts.read()
  }
  get scores(): readonly Score[] {
    return this.orderedScores.read()
  }
  get lifecycle(): readonly Lifecycle[] {
    return this.orderedLifecycle.read()
  }
  get deadLetters(): readonly DeadLetter[] {
    return this.orderedDeadLetters.read()
  }
}
