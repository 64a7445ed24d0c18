import type { Offset } from '#shared/log/port'

/**
 * A recorded outside influence on the line. It takes effect before the record at `offset`, is committed with the first
 * output that obeys it, and is all that a replay needs to know of the world outside the input.
 */
export interface Decision {
  readonly offset: Offset
  /** `challenge`: put a weights version into the shadow's slot. `promote`: let it serve. */
  readonly kind: 'challenge' | 'promote'
  readonly version: number
  /** Offset of the weights record that asked for it; −1 for the operator's pin. */
  readonly influence: Offset
}
