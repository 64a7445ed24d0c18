import type { SampleSpan } from '#shared/learning/sample-span'
import type { Offset } from '#shared/log/port'

/**
 * `challenge`: put a weights version into the shadow's slot. `promote`: let it serve, since it proved better or an operator
 * wants it. `pin`: let it serve whatever a contest says.
 */
export const WEIGHTS_DECISION_KINDS = ['challenge', 'promote', 'pin'] as const
export type WeightsDecisionKind = (typeof WEIGHTS_DECISION_KINDS)[number]

/** A decision on which weights serve or shadow. */
export interface WeightsDecision {
  readonly offset: Offset
  readonly kind: WeightsDecisionKind
  readonly version: number
  /** Offset of the weights record that asked for it; −1 in older logs, for a configuration's pin. */
  readonly influence: Offset
}

/** An operator has marked a span, or taken the mark back. Training passes it over; states stay as they are until a rewind. */
export interface ExclusionDecision {
  readonly offset: Offset
  readonly kind: 'exclude' | 'include'
  readonly id: string
  /** null for a mark that is taken back. */
  readonly span: SampleSpan | null
  /** Offset of the control record that asked for it. */
  readonly request: Offset
}

/**
 * The states become what they would be had no reading of `spans` come since `until`, and readings of `spans` that come
 * later move nothing either.
 */
export interface RewindDecision {
  readonly offset: Offset
  readonly kind: 'rewind'
  /** Offset whose states are gone back to. */
  readonly until: Offset
  readonly spans: readonly SampleSpan[]
  /** Offset of the control record that asked for it. */
  readonly request: Offset
}

/**
 * A recorded outside influence on the line. It takes effect before the record at `offset`, is committed with the first
 * output that obeys it, and is all that a replay needs to know of the world outside the input.
 */
export type Decision = WeightsDecision | ExclusionDecision | RewindDecision
