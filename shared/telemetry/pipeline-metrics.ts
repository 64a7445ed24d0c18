import type { FaultReason } from '#shared/pipeline/batch-outcome'
import type { ToldDecisionKind } from '#shared/pipeline/told-decision'
import type { GradientFlowFigures } from '#shared/recurrent/gradient-flow-figures'
import type { LeadBand, Outcome, TrainingResult } from './metric-catalogue.js'

export interface LiveScores {
  readonly mae: number
  readonly mase: number
  /** In the unit of the series. */
  readonly crps: number
  /** Mean of outcome minus median, in half widths of the 80 % band: above 0 where forecasts are too low. */
  readonly bias: number
  /** Errors of late over errors of long, both in half widths of the 80 % band: 1 while nothing changes. */
  readonly drift: number
  /** Realised shares, 0 to 1. */
  readonly coverage50: number
  readonly coverage80: number
  readonly coverage95: number
}

export interface TrainingFigures {
  readonly loss: number
  readonly gradientNorm: number
  /** Share of the session's updates that were clipped, 0 to 1; NaN before the first. */
  readonly clippedShare: number
  /** How far back the loss of what was trained reaches; null where there was nothing to measure. */
  readonly gradientFlow: GradientFlowFigures | null
  readonly seconds: number
  readonly result: TrainingResult
}

export interface ServingWeights {
  readonly version: number
  /** Stream time, milliseconds since 1970; null for the untrained net. */
  readonly trainedToMs: number | null
}

/** What one pipeline reports of itself. Figures that are not finite are left out: an unknown is no zero. */
export interface PipelineMetrics {
  consumed(partition: number, records: number): void
  outcome(kind: Outcome, reason: FaultReason | '', count: number): void
  /** From an input record's log timestamp to the commit of its forecast. */
  latency(seconds: number): void
  lag(partition: number, records: number): void
  seriesHeld(partition: number, series: number): void
  /** Where to look, whenever the metrics are read, for how good the forecasts are by lead band. */
  live(scores: () => readonly (readonly [LeadBand, LiveScores])[]): void
  training(figures: TrainingFigures): void
  /** Read in the weights topic, by whoever of this process follows it. */
  weightsDecision(decision: ToldDecisionKind): void
  serving(weights: ServingWeights): void
  /** The trainer's thread ended by itself and is started again. */
  trainerRestarted(): void
  /** It has ended too often: this process learns no more. */
  trainerGivenUp(): void
  /** A commit, or the restoring after one, failed and is tried again. */
  commitFailed(): void
  /** Events sent by the feeder. */
  feed(events: number): void
}
