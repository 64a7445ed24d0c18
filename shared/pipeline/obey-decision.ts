import type { Decision } from './decision.js'
import type { PartitionState } from './partition-state.js'
import { standingAfter } from './standing.js'
import type { WeightsLibrary } from './weights-library.js'

/**
 * Carry out a decision, between two records.
 *
 * Where a version that is to serve shadowed, the slots exchange roles, so that a warm shadow serves at once; where it did not, each
 * series warms it up from its recent samples. A decision on a version of another configuration is passed over: it was taken
 * before the configuration changed. So is one on a version that is no longer kept, where the library has no objection.
 * A rewind masks its spans from here on; what its states are, `rewindStates` computes.
 * @throws WeightsForgottenError for a version that is no longer kept, where nothing may stand in for it
 */
export function obeyDecision(state: PartitionState, library: WeightsLibrary, decision: Decision): void {
  if (decision.kind === 'rewind') state.masked = decision.spans
  else if ('version' in decision && library.mayServe(decision.version))
    state.occupy(library, standingAfter(state.standing, decision), decision.offset)
}
