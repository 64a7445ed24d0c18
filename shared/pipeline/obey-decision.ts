import type { Decision, WeightsDecision } from './decision.js'
import type { PartitionState } from './partition-state.js'
import type { WeightsLibrary } from './weights-library.js'

/**
 * Carry out a decision, between two records.
 *
 * A challenge puts a version into the shadow's slot, in place of what is there; each series warms up as its samples come.
 * A promotion or a pin has a version serve, and the one that served shadows. Where the version shadowed, the slots exchange
 * roles, so that a warm shadow serves at once; where it did not, each series warms it up from its recent samples.
 * A decision on a version of another configuration is passed over: it was taken before the configuration changed.
 * A rewind masks its spans from here on; what its states are, `rewindStates` computes.
 */
export function obeyDecision(state: PartitionState, library: WeightsLibrary, decision: Decision): void {
  if (decision.kind === 'rewind') state.masked = decision.spans
  else if ('version' in decision) obeyWeights(state, library, decision)
}

function obeyWeights(
  state: PartitionState,
  library: WeightsLibrary,
  { kind, version }: WeightsDecision,
): void {
  if (state.serving.weights.version === version || library.isUnfit(version)) return
  if (state.shadow?.weights.version !== version) {
    const weights = library.acquire(version)
    if (state.shadow) library.release(state.shadow.weights.version)
    state.shadow = { weights, lane: state.serving.lane === 0 ? 1 : 0 }
  }
  if (kind === 'challenge') return
  const loser = state.serving
  state.serving = state.shadow
  state.shadow = loser
}
