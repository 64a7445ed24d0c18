import { readTrainingRecord } from '#shared/contracts/training-records'
import { decodeWeights } from '#shared/contracts/weights'
import type { RecordBatch } from '#shared/log/port'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import type { LastTraining } from '#shared/telemetry/platform-status'
import { readDecision } from './decision-reader.js'
import type { WeightsDecision } from './responses.js'

/** Versions remembered of each pipeline, some 8 KB each: the serving one is among the newest. */
const VERSIONS_MAX = 50

/** Decisions remembered of each pipeline. */
const DECISIONS_MAX = 200

/** What the weights versions of each pipeline say of themselves, and what was decided on them, as it was read from the weights topics. */
export class WeightsBoard {
  private readonly pipelines = new Map<string, Map<number, GradientFlowFigures | null>>()
  private readonly decided = new Map<string, WeightsDecision[]>()
  private readonly trained = new Map<string, LastTraining>()

  take(pipeline: string, { records }: Pick<RecordBatch, 'records'>): void {
    const versions = this.pipelines.get(pipeline) ?? new Map<number, GradientFlowFigures | null>()
    this.pipelines.set(pipeline, versions)
    for (const { value } of records) {
      if (value !== null) this.takeMessage(pipeline, value)
      const manifest = value === null ? null : readManifest(value)
      if (manifest === null) continue
      versions.delete(manifest.version)
      versions.set(manifest.version, manifest.gradientFlow ?? null)
      for (const oldest of versions.keys()) {
        if (versions.size <= VERSIONS_MAX) break
        versions.delete(oldest)
      }
    }
  }

  /** The oldest first. */
  decisions(pipeline: string): readonly WeightsDecision[] {
    return this.decided.get(pipeline) ?? []
  }

  /** null before the first that came to anything. */
  lastTraining(pipeline: string): LastTraining | null {
    return this.trained.get(pipeline) ?? null
  }

  private takeMessage(pipeline: string, value: Uint8Array): void {
    const decision = readDecision(value)
    if (decision !== null) {
      const known = this.decided.get(pipeline) ?? []
      const place = known.findIndex((one) => isSame(one, decision))
      if (place < 0) this.decided.set(pipeline, [...known, decision].slice(-DECISIONS_MAX))
      else if (decision.champion !== null) known[place] = decision
      return
    }
    const training = readTrainingRecord(value)
    if (training?.schema !== 'foretide.training/1' || training.result === 'none') return
    this.trained.set(pipeline, {
      atMs: Date.parse(training.time),
      result: training.result === 'promoted' ? 'challenger' : training.result,
      loss: training.heldBack?.loss ?? null,
    })
  }

  /** null where the version is unknown, or its record says nothing of it. */
  gradientFlow(pipeline: string, version: number): GradientFlowFigures | null {
    return this.pipelines.get(pipeline)?.get(version) ?? null
  }
}

/** Reading begins anew after a fault, and then meets the same records again; and a pin is told by two records. */
function isSame(one: WeightsDecision, other: WeightsDecision): boolean {
  const { kind, version, time, by } = other
  return one.kind === kind && one.version === version && one.time === time && one.by === by
}

/** null for what is no weights record: decisions stand in the topic too, and a damaged record is the forecaster's to refuse aloud. */
function readManifest(value: Uint8Array) {
  try {
    return decodeWeights(value).manifest
  } catch {
    return null
  }
}
