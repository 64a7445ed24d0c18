import type { Offset, Topic } from '#shared/log/port'
import { replayStart } from '#shared/pipeline/partition-history'
import { standingAt } from '#shared/pipeline/standing'
import { WeightsForgottenError } from '#shared/pipeline/weights-forgotten-error'
import type { WeightsLibrary } from '#shared/pipeline/weights-library'
import type { PartitionRange } from './replay-range.js'

/**
 * Make sure that each version which served or shadowed in a range, or while its states are warmed, is still kept.
 * @throws WeightsForgottenError that names the first that is not, and where to begin instead
 */
export function checkVersions(library: WeightsLibrary, range: PartitionRange, topic: Topic): void {
  const { history, warmFrom, to } = range
  const { partition, decisions } = history
  const passed = (version: number) => library.isUnfit(version)
  // A rewind on the way goes back further than the range.
  const rewinds = decisions.filter((it) => it.kind === 'rewind' && it.offset >= warmFrom && it.offset < to)
  const from = rewinds.reduce(
    (least, it) =>
      it.kind === 'rewind' ? Math.min(least, replayStart(history, it.until)?.from ?? least) : least,
    warmFrom,
  )
  const snapshot = history.snapshots.findLast((it) => it.from === from)
  const { serving, shadow } = standingAt(decisions, from, passed, snapshot)
  const isGone = (version: number) => !library.has(version) && !passed(version)
  for (const version of shadow === null ? [serving] : [serving, shadow])
    if (isGone(version)) throw forgottenError(topic, version, { partition, offset: from })
  for (const decision of decisions) {
    if (!('version' in decision) || decision.offset <= from || decision.offset >= to) continue
    if (isGone(decision.version))
      throw forgottenError(topic, decision.version, { partition, offset: decision.offset })
  }
}

export function forgottenError(
  topic: Topic,
  version: number,
  place?: { readonly partition: number; readonly offset: Offset },
): WeightsForgottenError {
  const where = place ? ` at offset ${place.offset} of partition ${place.partition}` : ''
  return new WeightsForgottenError(
    `${topic} no longer holds version ${version}, which was in use${where}: the newest versions are kept, as many as weights.keep says. Choose a later --from; replays of older ranges need a larger weights.keep, set before.`,
  )
}
