import type { ToldDecision } from '#shared/pipeline/told-decision'
import type { WeightsListener } from '#shared/pipeline/weights-library'
import type { PipelineMetrics } from '#shared/telemetry/pipeline-metrics'
import type { StructuredLog } from '#shared/telemetry/structured-log'
import { tellDecision } from '#shared/telemetry/tell-decision'

/** Tells what the weights topic says of a pipeline: decisions as metrics and notes, what cannot be used as warnings. */
export class WeightsWatch implements WeightsListener {
  private live = false
  private readonly missed = new Set<number>()

  constructor(
    private readonly pipeline: string,
    readonly metrics: PipelineMetrics,
    readonly notes: StructuredLog,
  ) {}

  /** What was decided before this process began is no news. */
  begin(): void {
    this.live = true
  }

  refused(offset: number, error: Error): void {
    this.notes.warn('weights record refused, the version before goes on serving', {
      ...{ pipeline: this.pipeline, offset, reason: error.message },
    })
  }

  decided(decision: ToldDecision): void {
    if (this.live) tellDecision(this.pipeline, decision, this)
  }

  forgotten(version: number): void {
    if (this.missed.has(version)) return
    this.missed.add(version)
    this.notes.warn('a weights version that was in use here is no longer kept; what is kept stands in', {
      ...{ pipeline: this.pipeline, version, setting: 'weights.keep' },
    })
  }
}
