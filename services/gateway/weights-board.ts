import { decodeWeights } from '#shared/contracts/weights'
import type { RecordBatch } from '#shared/log/port'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'

/** Versions remembered of each pipeline, some 8 KB each: the serving one is among the newest. */
const VERSIONS_MAX = 50

/** What the weights versions of each pipeline say of themselves, as it was read from the weights topics. */
export class WeightsBoard {
  private readonly pipelines = new Map<string, Map<number, GradientFlowFigures | null>>()

  take(pipeline: string, { records }: Pick<RecordBatch, 'records'>): void {
    const versions = this.pipelines.get(pipeline) ?? new Map<number, GradientFlowFigures | null>()
    this.pipelines.set(pipeline, versions)
    for (const { value } of records) {
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

  /** null where the version is unknown, or its record says nothing of it. */
  gradientFlow(pipeline: string, version: number): GradientFlowFigures | null {
    return this.pipelines.get(pipeline)?.get(version) ?? null
  }
}

/** null for what is no weights record: decisions stand in the topic too, and a damaged record is the forecaster's to refuse aloud. */
function readManifest(value: Uint8Array) {
  try {
    return decodeWeights(value).manifest
  } catch {
    return null
  }
}
