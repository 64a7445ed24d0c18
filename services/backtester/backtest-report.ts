import type { TrainingTrigger } from '#shared/learning/training-schedule'
import type { BacktestScore } from '#shared/scoring/backtest-scorer'

/** A training session, at the stream time at which it ran. */
export interface BacktestTraining {
  readonly time: string
  readonly trigger: TrainingTrigger
  /** The version that it made, or the one that went on serving where it made none that was better. */
  readonly version: number
  /** Whether that version was better on held-back data, and so challenged the serving one. */
  readonly challenged: boolean
  readonly promoted: boolean
}

/** A verdict on a challenger. */
export interface BacktestVerdict {
  readonly time: string
  readonly kind: 'promote' | 'reject'
  readonly version: number
  readonly champion: number
}

/** What `foretide backtest --json` prints of one configuration. */
export interface BacktestReport extends BacktestScore {
  readonly source: string
  readonly series: number
  readonly horizon: number
  /** Spacing of the grid, milliseconds. */
  readonly cadenceMs: number
  readonly scoredFrom: string
  /** Whether all errors but MASE are in standard deviations of each series, as a protocol's `--standardise-on` has them. */
  readonly standardised: boolean
  readonly events: number
  /** Readings that led to no forecast, by why: reasons of dead letters, `same-cell`, `duplicate`, `late`. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Events per second by the clock, from their records to the scores of their forecasts; training is not in it. */
  readonly eventsPerSecond: number
  /** Processor time of all threads that the same took: where other work runs beside, it says more than the clock. */
  readonly processorSeconds: number
  readonly trainingSeconds: number
  readonly trainings: readonly BacktestTraining[]
  readonly verdicts: readonly BacktestVerdict[]
  /** Stream times at which the serving weights were seen to have lost what they were worth. */
  readonly driftAlarms: readonly string[]
}
