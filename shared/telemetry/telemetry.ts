import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from '#shared/clock/clock'
import { FAULT_REASONS } from '#shared/pipeline/batch-outcome'
import { TOLD_DECISIONS } from '#shared/pipeline/told-decision'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import { medianOf } from '#shared/scoring/median-of'
import { collectsLive, type LiveSources } from './live-gauges.js'
import type { LogMetrics } from './log-metrics.js'
import {
  GRADIENT_LAGS,
  METRICS,
  type MetricDefinition,
  OUTCOMES,
  TRAINING_RESULTS,
} from './metric-catalogue.js'
import type { PipelineMetrics } from './pipeline-metrics.js'

export interface TelemetryOptions {
  readonly pipelines: readonly { readonly name: string; readonly partitions: number }[]
  readonly clock: Clock
  /** Of Foretide. */
  readonly version: string
}

export interface Telemetry {
  /** @throws RangeError for a pipeline that was not named at creation: labels are a closed set */
  pipeline(name: string): PipelineMetrics
  readonly log: LogMetrics
  /** Everything in Prometheus' text format. */
  text(): Promise<string>
}

/** prom-client's defaults that break Prometheus' rules: gauges that end in `_total`. */
const ILL_NAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
]

type MetricName = keyof typeof METRICS

/** Metrics of the platform in a registry of their own, counters at zero from the start. */
export function createTelemetry({ pipelines, clock, version }: TelemetryOptions): Telemetry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  for (const name of ILL_NAMED) registry.removeSingleMetric(name)
  const options = ({ name, help, labels }: MetricDefinition) => ({
    name,
    help,
    labelNames: labels,
    registers: [registry],
  })
  const live: LiveSources = new Map()
  const counters = new Map<MetricName, Counter>()
  const gauges = new Map<MetricName, Gauge>()
  const histograms = new Map<MetricName, Histogram>()
  for (const [key, metric] of Object.entries(METRICS) as [MetricName, MetricDefinition][]) {
    if (metric.kind === 'counter') counters.set(key, new Counter(options(metric)))
    else if (metric.kind === 'gauge')
      gauges.set(key, new Gauge({ ...options(metric), ...collectsLive(key, live) }))
    else {
      const buckets = [...(metric.buckets ?? [])]
      histograms.set(key, new Histogram({ ...options(metric), buckets }))
    }
  }
  const instruments: Instruments = {
    count: (key, labels, by) => counters.get(key)!.inc(labels, by),
    set: (key, labels, value) => {
      if (Number.isFinite(value)) gauges.get(key)!.set(labels, value)
    },
    observe: (key, labels, value) => {
      if (Number.isFinite(value)) histograms.get(key)!.observe(labels, value)
    },
    zero: (key, labels) => histograms.get(key)!.zero(labels),
  }
  instruments.set('buildInfo', { version, node_version: process.version }, 1)
  instruments.set('logAway', {}, 0)
  instruments.count('logSilences', {}, 0)
  const recorders = new Map(
    pipelines.map(({ name, partitions }) => {
      startAtZero(instruments, name, partitions)
      return [name, recordPipeline(instruments, live, name, clock)]
    }),
  )
  return {
    pipeline(name) {
      const recorder = recorders.get(name)
      if (!recorder) throw new RangeError(`telemetry knows no pipeline ${name}`)
      return recorder
    },
    log: {
      silent: () => instruments.count('logSilences', {}, 1),
      away: (seconds) => instruments.set('logAway', {}, seconds),
    },
    text: () => registry.metrics(),
  }
}

type Labels = Readonly<Record<string, string | number>>

interface Instruments {
  count(key: MetricName, labels: Labels, by: number): void
  set(key: MetricName, labels: Labels, value: number): void
  observe(key: MetricName, labels: Labels, value: number): void
  zero(key: MetricName, labels: Record<string, string>): void
}

/** So that a rate shows from the first event on. Errors and coverage have no zero to start from and stay absent. */
function startAtZero({ count, set, zero }: Instruments, pipeline: string, partitions: number): void {
  for (let partition = 0; partition < partitions; partition++) {
    count('eventsConsumed', { pipeline, partition }, 0)
    set('lag', { pipeline, partition }, 0)
    set('seriesHeld', { pipeline, partition }, 0)
  }
  for (const outcome of OUTCOMES) {
    const reasons = outcome === 'dead_letter' ? FAULT_REASONS : ['']
    for (const reason of reasons) count('outcomes', { pipeline, outcome, reason }, 0)
  }
  for (const result of TRAINING_RESULTS) count('trainings', { pipeline, result }, 0)
  for (const decision of TOLD_DECISIONS) count('weightsDecisions', { pipeline, decision }, 0)
  count('forecastsPublished', { pipeline }, 0)
  count('feedEvents', { pipeline }, 0)
  count('commitFailures', { pipeline }, 0)
  count('trainerRestarts', { pipeline }, 0)
  set('trainerGivenUp', { pipeline }, 0)
  set('weightsVersion', { pipeline }, 0)
  zero('eventToForecast', { pipeline })
  zero('trainingDuration', { pipeline })
}

function recordPipeline(
  { count, set, observe }: Instruments,
  live: LiveSources,
  pipeline: string,
  clock: Clock,
): PipelineMetrics {
  let served: number | null = null
  const labels = { pipeline }
  return {
    consumed: (partition, records) => count('eventsConsumed', { pipeline, partition }, records),
    outcome(kind, reason, n) {
      count('outcomes', { pipeline, outcome: kind, reason }, n)
      if (kind === 'forecast') count('forecastsPublished', { pipeline }, n)
    },
    latency: (seconds) => observe('eventToForecast', labels, seconds),
    lag: (partition, records) => set('lag', { pipeline, partition }, records),
    seriesHeld: (partition, series) => set('seriesHeld', { pipeline, partition }, series),
    live: (scores) => void live.set(pipeline, scores),
    training({ loss, gradientNorm, clippedShare, gradientFlow, seconds, result }) {
      count('trainings', { pipeline, result }, 1)
      set('trainingLoss', { pipeline }, loss)
      set('trainingGradientNorm', { pipeline }, gradientNorm)
      set('trainingClippedUpdates', { pipeline }, clippedShare)
      if (gradientFlow) showGradientFlow(set, pipeline, gradientFlow)
      observe('trainingDuration', { pipeline }, seconds)
    },
    weightsDecision: (decision) => count('weightsDecisions', { pipeline, decision }, 1),
    serving({ version, trainedToMs }) {
      set('weightsVersion', { pipeline }, version)
      if (trainedToMs !== null) set('weightsTrainedTo', { pipeline }, trainedToMs / 1000)
      if (version !== served) set('weightsPromoted', { pipeline }, clock.now() / 1000)
      served = version
    },
    trainerRestarted: () => count('trainerRestarts', { pipeline }, 1),
    trainerGivenUp: () => set('trainerGivenUp', { pipeline }, 1),
    commitFailed: () => count('commitFailures', { pipeline }, 1),
    feed: (events) => count('feedEvents', { pipeline }, events),
  }
}

/** Lags that were not measured are left out. */
function showGradientFlow(set: Instruments['set'], pipeline: string, figures: GradientFlowFigures): void {
  set('trainingGradientDecay', { pipeline }, figures.decayPerLag)
  for (const lag of GRADIENT_LAGS) {
    const place = figures.lags.indexOf(Number(lag))
    if (place < 0) continue
    const norms = figures.series.map((each) => each.norms[place]!)
    set('trainingStateGradientNorm', { pipeline, lag }, medianOf(norms))
  }
}
