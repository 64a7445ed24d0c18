import type { Log, Topic } from '#shared/log/port'
import type { Wire } from '#shared/pipeline/wire'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'

/** What the weights topic says of the past. */
export interface WeightsHistory {
  /** The version promoted last, or the untrained net. */
  readonly serving: RecurrentWeights
  /** The newest version, where it was published after that and not promoted yet. */
  readonly candidate: RecurrentWeights | null
  /** Highest version in the topic, of this configuration or an earlier one: numbers are never used twice. */
  readonly lastVersion: number
}

/** Read the weights topic, and leave out what cannot be used. */
export async function readWeightsHistory(
  log: Log,
  topic: Topic,
  wire: Wire,
  untrained: RecurrentWeights,
): Promise<WeightsHistory> {
  const versions = new Map<number, RecurrentWeights>()
  let serving = untrained
  let newest: RecurrentWeights | null = null
  let lastVersion = 0
  const { start, end } = await log.bounds(topic, 0)
  if (end > start) {
    for await (const batch of log.read(topic, 0, start, end)) {
      for (const { value } of batch.records) {
        const record = readable(wire, value)
        lastVersion = Math.max(lastVersion, record?.version ?? 0)
        if (record?.kind === 'challenge' && fits(record.weights, untrained)) {
          versions.set(record.version, record.weights)
          newest = record.weights
        } else if (record?.kind === 'promote') {
          serving = versions.get(record.version) ?? serving
        }
      }
    }
  }
  const open = newest !== null && newest.manifest.version > serving.manifest.version
  return { serving, candidate: open ? newest : null, lastVersion }
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
