import type { PipelineSettings } from '#shared/configuration/pipeline-settings'
import { JsonWire } from '#shared/contracts/json-wire'
import { sensorEventDecoder } from '#shared/contracts/sensor-event'
import { ForecastLine } from '#shared/pipeline/forecast-line'
import { lineFeatures } from '#shared/pipeline/line-features'
import type { Decode, LineOutput } from '#shared/pipeline/line-options'
import { type SnapshotPolicy, snapshotPace } from '#shared/pipeline/snapshot'
import type { Wire } from '#shared/pipeline/wire'
import { createKernelEngine } from '#shared/recurrent/kernel/kernel-engine'
import type { NetShape } from '#shared/recurrent/net-shape'
import type { RecurrentWeights } from '#shared/recurrent/recurrent-weights'
import { untrainedWeights } from '#shared/recurrent/untrained-weights'

/** What a pipeline's settings come to: the line with its engine, and what stands between it and the log. */
export interface PipelineParts {
  readonly line: ForecastLine
  readonly wire: Wire
}

/** The decoder of a pipeline's input. */
export function pipelineDecoder(settings: PipelineSettings): Decode {
  const { fields, covariates, timeUnit, timeUnitExplicit, skewMaxMs } = settings
  return sensorEventDecoder({ fields, covariates, timeUnit, timeUnitExplicit, skewMaxMs })
}

/** Architecture of the nets that a pipeline trains. */
export function pipelineNetShape(settings: PipelineSettings): NetShape {
  const { cell, layers, hidden, horizon } = settings
  const { features } = lineFeatures(settings)
  return { cell, layers, inputs: features, hidden, outputs: horizon, output: 'linear', headReadsInput: true }
}

/** Version 0 of a pipeline's weights: it follows from the settings alone. */
export function pipelineUntrainedWeights(settings: PipelineSettings): RecurrentWeights {
  const { featureLayout } = lineFeatures(settings)
  return untrainedWeights({ ...pipelineNetShape(settings), featureLayout, seed: settings.seed })
}

/** The records of a pipeline's topics. */
export function assembleWire(settings: PipelineSettings, line?: ForecastLine): Wire {
  const { name, horizon, cadenceMs, inputTopic } = settings
  return new JsonWire({
    pipeline: name,
    inputTopic,
    cadenceMs,
    horizon,
    levels: line?.fan.levels,
    expertNames: line?.experts.map((expert) => expert.name) ?? [],
    scoredLeads: line?.scoredKnots.map((knot) => line.knots.leads[knot]) ?? [],
  })
}

/**
 * @param output what it makes beside what it publishes, or leaves out
 * @param decode the pipeline's decoder, where somebody looks at what it reads
 */
export function assemblePipeline(
  settings: PipelineSettings,
  output: Partial<LineOutput> = {},
  decode = pipelineDecoder(settings),
): PipelineParts {
  const { horizon, cadenceMs } = settings
  const { season, gapMax, ttlMs, graceMs, seriesMax } = settings
  const net = pipelineNetShape(settings)
  const engine = createKernelEngine(net)
  const options = {
    cadenceMs,
    horizon,
    season,
    gapMax,
    ttlMs,
    graceMs,
    seriesMax,
    net,
    experts: settings.experts,
    covariates: settings.covariates,
    levels: settings.levels,
    falseAlarmsPer10k: settings.falseAlarmsPer10k,
    ...{ keepExperts: false, scores: true, ...output },
  }
  const line = new ForecastLine(options, engine, decode)
  return { line, wire: assembleWire(settings, line) }
}

/** How a pipeline's snapshots are taken and kept. */
export function snapshotPolicy(settings: PipelineSettings): SnapshotPolicy {
  const { partitions, snapshotEveryMs: everyMs, snapshotsKept: keep, snapshotBytes: bytesMax } = settings
  return { everyMs, keep, bytesMax, pace: snapshotPace(partitions) }
}
