import type { LearnerHistory } from '#shared/learning/learner'
import type { Log, Topic } from '#shared/log/port'
import type { Wire } from '#shared/pipeline/wire'
import type { SavedRunningContest } from '#shared/promotion/running-contest'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'

/** Read the weights topic, and leave out what cannot be used. */
export async function readWeightsHistory(
  log: Log,
  topic: Topic,
  wire: Wire,
  untrained: RecurrentWeights,
): Promise<LearnerHistory> {
  const versions = new Map([[untrained.manifest.version, untrained]])
  let serving = untrained
  let shadow: RecurrentWeights | null = null
  let contest: SavedRunningContest | null = null
  let lastVersion = 0
  let trainedAt = 0
  let trainedToMs = Number.NEGATIVE_INFINITY
  const { start, end } = await log.bounds(topic, 0)
  if (end > start) {
    for await (const batch of log.read(topic, 0, start, end)) {
      for (const { value } of batch.records) {
        const record = readable(wire, value)
        if (record === null) continue
        if (record.kind === 'contest') {
          contest = record.contest
          continue
        }
        // Numbers are never used twice, not even those of another configuration.
        lastVersion = Math.max(lastVersion, record.version)
        if (record.kind === 'reject') contest = null
        if (record.kind === 'challenge' && fits(record.weights, untrained)) {
          versions.set(record.version, record.weights)
          shadow = record.weights
          trainedAt = record.weights.manifest.samples
          trainedToMs = record.weights.manifest.trainedToMs ?? trainedToMs
        } else if (record.kind === 'promote') {
          const promoted = versions.get(record.version)
          if (promoted === undefined || promoted === serving) continue
          shadow = serving
          serving = promoted
        }
      }
    }
  }
  const current =
    contest?.champion === serving.manifest.version && contest.challenger === shadow?.manifest.version
  return { serving, shadow, lastVersion, trainedAt, trainedToMs, contest: current ? contest : null }
}

function readable(wire: Wire, value: Uint8Array | null) {
  try {
    return wire.readWeights(value)
  } catch {
    // The forecaster refuses it aloud; a version that cannot be read is none.
    return null
  }
}

function fits({ manifest: a }: RecurrentWeights, { manifest: b }: RecurrentWeights): boolean {
  return (
    a.featureLayout === b.featureLayout &&
    a.inputs === b.inputs &&
    a.outputs === b.outputs &&
    a.output === b.output
  )
}
