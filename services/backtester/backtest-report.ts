import type { BacktestScore } from '#shared/scoring/backtest-scorer'
import type { BacktestTraining, BacktestVerdict } from './learning-session.js'

/** What `foretide backtest --json` prints of one configuration. */
export interface BacktestReport extends BacktestScore {
  readonly source: string
  readonly series: number
  readonly horizon: number
  readonly scoredFrom: string
  readonly events: number
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
