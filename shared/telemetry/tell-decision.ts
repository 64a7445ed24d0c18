import type { ToldDecision } from '#shared/pipeline/told-decision'
import type { PipelineMetrics } from './pipeline-metrics.js'
import type { StructuredLog } from './structured-log.js'

/** Count what was decided on a pipeline's weights, and note it where it was by hand. */
export function tellDecision(
  pipeline: string,
  { decision, version, byHand }: ToldDecision,
  { metrics, notes }: { readonly metrics: PipelineMetrics; readonly notes: StructuredLog },
): void {
  metrics.weightsDecision(decision)
  const fields = { pipeline, decision, ...(version === null ? {} : { version }) }
  if (byHand) notes.info('an operator decided on weights', fields)
}
