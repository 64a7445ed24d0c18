import { FAULT_REASONS } from '#shared/pipeline/batch-outcome'
import { TOLD_DECISIONS } from '#shared/pipeline/told-decision'

/** What became of an input record, or happened to its series. */
export const OUTCOMES = [
  'forecast',
  'warming',
  'duplicate',
  'same_cell',
  'late',
  'excluded',
  'reset',
  'expired',
  'dead_letter',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Leads whose live scores are exported: the first of the knots, the one in their middle, and the last. */
export const LEAD_BANDS = ['short', 'medium', 'long'] as const
export type LeadBand = (typeof LEAD_BANDS)[number]

export const TRAINING_RESULTS = ['challenger', 'rejected', 'failed'] as const
export type TrainingResult = (typeof TRAINING_RESULTS)[number]

/** Nominal levels of the bands whose realised coverage is exported. */
const COVERAGE_LEVELS = ['0.5', '0.8', '0.95'] as const

/** Steps back at which the hidden state's gradient is exported: doubling, up to what training reaches by default. */
export const GRADIENT_LAGS = ['0', '1', '2', '4', '8', '16', '31'] as const

/** Values that a label may take; `null` where the configuration closes the set: pipelines, partitions. */
export const LABEL_VALUES = {
  pipeline: null,
  partition: null,
  version: null,
  node_version: null,
  outcome: OUTCOMES,
  reason: ['', ...FAULT_REASONS],
  lead_band: LEAD_BANDS,
  level: COVERAGE_LEVELS,
  lag: GRADIENT_LAGS,
  result: TRAINING_RESULTS,
  decision: TOLD_DECISIONS,
} as const satisfies Readonly<Record<string, readonly string[] | null>>
export type Label = keyof typeof LABEL_VALUES

export interface MetricDefinition {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly name: string
  readonly help: string
  readonly labels: readonly Label[]
  readonly buckets?: readonly number[]
}

/** `count` bounds, each twice the one before. */
const doubling = (first: number, count: number) => Array.from({ length: count }, (_, i) => first * 2 ** i)

/** Every metric of ours. Names follow Prometheus: base units last, `_total` on counters; never a series among the labels. */
export const METRICS = {
  eventsConsumed: {
    kind: 'counter',
    name: 'foretide_events_consumed_total',
    help: 'Input records advanced and committed.',
    labels: ['pipeline', 'partition'],
  },
  outcomes: {
    kind: 'counter',
    name: 'foretide_outcomes_total',
    help: 'What became of the readings in input records; reason tells dead letters apart and is empty otherwise.',
    labels: ['pipeline', 'outcome', 'reason'],
  },
  forecastsPublished: {
    kind: 'counter',
    name: 'foretide_forecasts_published_total',
    help: 'Forecast messages committed.',
    labels: ['pipeline'],
  },
  eventToForecast: {
    kind: 'histogram',
    name: 'foretide_event_to_forecast_seconds',
    help: 'Time from the log timestamp of an input record to the commit of its forecast.',
    labels: ['pipeline'],
    // From 1 ms, below which nothing can be durable, to 8 s, beyond which it is a backlog.
    buckets: doubling(0.001, 14),
  },
  lag: {
    kind: 'gauge',
    name: 'foretide_consumer_lag_records',
    help: 'Input records written and not yet committed.',
    labels: ['pipeline', 'partition'],
  },
  seriesHeld: {
    kind: 'gauge',
    name: 'foretide_series_held',
    help: 'Series with a state in memory.',
    labels: ['pipeline', 'partition'],
  },
  liveMae: {
    kind: 'gauge',
    name: 'foretide_live_mean_absolute_error',
    help: 'Running mean absolute error of matured forecasts, in the unit of the series.',
    labels: ['pipeline', 'lead_band'],
  },
  liveMase: {
    kind: 'gauge',
    name: 'foretide_live_mase_ratio',
    help: 'Running mean absolute scaled error of matured forecasts; below 1 is better than seasonal naive.',
    labels: ['pipeline', 'lead_band'],
  },
  liveCrps: {
    kind: 'gauge',
    name: 'foretide_live_crps',
    help: 'Running mean continuous ranked probability score of matured forecasts, in the unit of the series.',
    labels: ['pipeline', 'lead_band'],
  },
  liveBias: {
    kind: 'gauge',
    name: 'foretide_live_bias_ratio',
    help: 'Running mean of outcome minus median, in half widths of the 80 % band; above 0 forecasts are too low.',
    labels: ['pipeline', 'lead_band'],
  },
  liveDrift: {
    kind: 'gauge',
    name: 'foretide_live_drift_ratio',
    help: 'Recent errors over those of long, both in half widths of the 80 % band; 1 while nothing changes.',
    labels: ['pipeline', 'lead_band'],
  },
  liveCoverage: {
    kind: 'gauge',
    name: 'foretide_live_coverage_ratio',
    help: 'Running share of outcomes inside the band of the nominal level.',
    labels: ['pipeline', 'lead_band', 'level'],
  },
  trainingLoss: {
    kind: 'gauge',
    name: 'foretide_training_loss',
    help: 'Loss on held-back data at the end of the last training.',
    labels: ['pipeline'],
  },
  trainingGradientNorm: {
    kind: 'gauge',
    name: 'foretide_training_gradient_norm',
    help: 'Norm of the gradient before clipping, at the end of the last training.',
    labels: ['pipeline'],
  },
  trainingClippedUpdates: {
    kind: 'gauge',
    name: 'foretide_training_clipped_updates_ratio',
    help: 'Share of the last training whose gradient was longer than allowed and was clipped.',
    labels: ['pipeline'],
  },
  trainingGradientDecay: {
    kind: 'gauge',
    name: 'foretide_training_gradient_decay_ratio',
    help: 'Factor by which the gradient of the hidden state changes with each step back, after the last training; above 1 it grows.',
    labels: ['pipeline'],
  },
  trainingStateGradientNorm: {
    kind: 'gauge',
    name: 'foretide_training_state_gradient_norm',
    help: 'Norm of the gradient with respect to the hidden state so many steps back, median over series, after the last training.',
    labels: ['pipeline', 'lag'],
  },
  trainingDuration: {
    kind: 'histogram',
    name: 'foretide_training_duration_seconds',
    help: 'Time that a training took.',
    labels: ['pipeline'],
    // From half a second, a toy, to half an hour, more than any training is allowed.
    buckets: doubling(0.5, 12),
  },
  trainings: {
    kind: 'counter',
    name: 'foretide_trainings_total',
    help: 'Trainings finished, by what came of them.',
    labels: ['pipeline', 'result'],
  },
  trainerRestarts: {
    kind: 'counter',
    name: 'foretide_trainer_restarts_total',
    help: 'Times that the trainer ended by itself and was started again.',
    labels: ['pipeline'],
  },
  trainerGivenUp: {
    kind: 'gauge',
    name: 'foretide_trainer_given_up',
    help: 'Whether the trainer has ended too often: at 1 this process learns no more until it is started again.',
    labels: ['pipeline'],
  },
  weightsDecisions: {
    kind: 'counter',
    name: 'foretide_weights_decisions_total',
    help: 'Decisions on weights that this process read in the weights topic; every process that follows it counts them all, so take the largest.',
    labels: ['pipeline', 'decision'],
  },
  weightsVersion: {
    kind: 'gauge',
    name: 'foretide_weights_version',
    help: 'Version of the weights that serve; 0 is the untrained net.',
    labels: ['pipeline'],
  },
  weightsTrainedTo: {
    kind: 'gauge',
    name: 'foretide_weights_trained_to_timestamp_seconds',
    help: 'Stream time up to which the serving weights were trained.',
    labels: ['pipeline'],
  },
  weightsPromoted: {
    kind: 'gauge',
    name: 'foretide_weights_promoted_timestamp_seconds',
    help: 'When the serving weights began to serve in this process; their age is the time since.',
    labels: ['pipeline'],
  },
  commitFailures: {
    kind: 'counter',
    name: 'foretide_commit_failures_total',
    help: 'Commits, and restores after them, that failed and were tried again.',
    labels: ['pipeline'],
  },
  logAway: {
    kind: 'gauge',
    name: 'foretide_log_away_seconds',
    help: 'How long the log has been waited for; 0 while all of it answers.',
    labels: [],
  },
  logSilences: {
    kind: 'counter',
    name: 'foretide_log_silences_total',
    help: 'Reads that a broker never answered, after which connections were made anew.',
    labels: [],
  },
  feedEvents: {
    kind: 'counter',
    name: 'foretide_feed_events_total',
    help: 'Recorded events sent into the input by the feeder.',
    labels: ['pipeline'],
  },
  buildInfo: {
    kind: 'gauge',
    name: 'foretide_build_info',
    help: 'Always 1; the version of Foretide and of Node stand in the labels.',
    labels: ['version', 'node_version'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>
