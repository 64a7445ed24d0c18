import type { Offset } from '#shared/log/port'
import type { Lane } from '#shared/series-state/series-state'
import type { Decision, WeightsDecision } from './decision.js'
import type { Snapshot } from './snapshot.js'

/** Which weights versions stand in a partition's two slots; the shadow's lane is the one that does not serve. */
export interface Standing {
  readonly serving: number
  readonly servingLane: Lane
  readonly shadow: number | null
}

/** Of a partition in which nothing was decided yet. */
export const FIRST_STANDING: Standing = { serving: 0, servingLane: 0, shadow: null }

/**
 * What stands in the slots when a decision has been obeyed. A challenge puts a version into the shadow's slot, in place of what is
 * there. A promotion or a pin has a version serve, and the one that served shadows; what shadowed before is gone unless it is the one.
 */
export function standingAfter(standing: Standing, { kind, version }: WeightsDecision): Standing {
  const { serving, servingLane } = standing
  if (serving === version) return standing
  if (kind === 'challenge') return { serving, servingLane, shadow: version }
  return { serving: version, servingLane: servingLane === 0 ? 1 : 0, shadow: serving }
}

/**
 * What stands in the slots before the record at an offset, by the decisions on the way.
 * @param passed decisions on these versions were not obeyed: they are of another configuration
 * @param snapshot that begins at the offset: it says what stood there before the decisions of that very offset
 */
export function standingAt(
  decisions: readonly Decision[],
  offset: Offset,
  passed: (version: number) => boolean,
  snapshot: Pick<Snapshot, 'standing'> | null = null,
): Standing {
  const before = snapshot?.standing ?? null
  return decisions.reduce(
    (standing, decision) =>
      'version' in decision &&
      (before === null ? decision.offset <= offset : decision.offset === offset) &&
      !passed(decision.version)
        ? standingAfter(standing, decision)
        : standing,
    before ?? FIRST_STANDING,
  )
}
