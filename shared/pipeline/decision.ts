import type { Offset } from '#shared/log/port'

/**
 * `challenge`: put a weights version into the shadow's slot. `promote`: let it serve, since it proved better or an operator
 * wants it. `pin`: let it serve whatever a contest says.
 */
export const DECISION_KINDS = ['challenge', 'promote', 'pin'] as const
export type DecisionKind = (typeof DECISION_KINDS)[number]

/**
 * A recorded outside influence on the line. It takes effect before the record at `offset`, is committed with the first
 * output that obeys it, and is all that a replay needs to know of the world outside the input.
 */
export interface Decision {
  readonly offset: Offset
  readonly kind: DecisionKind
  readonly version: number
  /** Offset of the weights record that asked for it; −1 for the configuration's pin. */
  readonly influence: Offset
}
