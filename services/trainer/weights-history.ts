import type { Log, Topic } from '#shared/log/port'
import type { Wire } from '#shared/pipeline/wire'
import type { GruWeights } from '#shared/recurrent/gru-weights'

/** What the weights topic says of the past. */
export interface WeightsHistory {
  /** The version promoted last, or the untrained net. */
  readonly serving: GruWeights
  /** The newest version, where it was published after that and not promoted yet. */
  readonly candidate: GruWeights | null
  /** Highest version in the topic, of this configuration or an earlier one: numbers are never used twice. */
  readonly lastVersion: number
}

/** Read the weights topic, and leave out what cannot be used. */
export async function readWeightsHistory(
  log: Log,
  topic: Topic,
  wire: Wire,
  untrained: GruWeights,
): Promise<WeightsHistory> {
  const versions = new Map<number, GruWeights>()
  let serving = untrained
  let newest: GruWeights | null = null
  let lastVersion = 0
  const { start, end } = await log.bounds(topic, 0)
  if (end > start) {
    for await (const batch of log.read(topic, 0, start, end)) {
      for (const { value } of batch.records) {
        const record = readable(wire, value)
        lastVersion = Math.max(lastVersion, record?.version ?? 0)
        if (record?.kind === 'challenge' && sameShape(record.weights, untrained)) {
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

function sameShape({ manifest: a }: GruWeights, { manifest: b }: GruWeights): boolean {
  return a.featureLayout === b.featureLayout && a.hidden === b.hidden && a.leads === b.leads
}
