import type { PairedScore } from '#shared/scoring/paired-scores'
import type { BacktestReport } from '../backtest-report.js'

/** All that the page of a backtest's report is drawn from. Times are in milliseconds since 1970. */
export interface ReportData {
  readonly source: string
  readonly horizon: number
  readonly cadenceMs: number
  readonly fromMs: number
  readonly scoredFromMs: number
  readonly toMs: number
  /** One configuration, or two side by side. */
  readonly runs: readonly RunData[]
  readonly paired: PairedScore | null
}

export interface RunData {
  readonly name: string
  readonly report: BacktestReport
  /** Of the quantiles. */
  readonly levels: readonly number[]
  readonly calibration: CalibrationData
  readonly timeline: TimelineData
  /** Version that serves from a time on. */
  readonly versions: readonly { readonly timeMs: number; readonly version: number }[]
  /** Worst first, by MASE. */
  readonly worst: readonly SeriesData[]
  readonly fans: readonly SeriesFans[]
}

export interface CalibrationData {
  /** Shares of outcomes between the quantiles of neighbouring levels, from below the first to above the last. */
  readonly pit: readonly number[]
  /** Share of outcomes that every quantile foretold, to what rounding leaves: these are in `pit` in equal parts of probability. */
  readonly hit: number
  /** Per band, per lead: share of outcomes inside; null where there was none. */
  readonly coverageByLead: readonly (readonly (number | null)[])[]
  /** Per hour of the day in UTC: share of outcomes inside the 80 % band; null where there was none. */
  readonly coverageByHour: readonly (number | null)[]
}

/** Means over bins of event time; null where nothing was scored. */
export interface TimelineData {
  readonly timesMs: readonly number[]
  readonly mase: readonly (number | null)[]
  /** Of the seasonal naive at the same targets. */
  readonly naive: readonly (number | null)[]
  /** Outcome minus median, in half widths of the 80 % band. */
  readonly bias: readonly (number | null)[]
  readonly coverage80: readonly (number | null)[]
  /** Per expert: its share in the median. */
  readonly shares: Readonly<Record<string, readonly (number | null)[]>>
}

export interface SeriesData {
  readonly series: string
  readonly mae: number
  readonly mase: number | null
  readonly skill: number | null
  readonly coverage80: number
  readonly bias: number
  readonly outcomes: number
}

export interface SeriesFans {
  readonly series: string
  readonly fans: readonly FanData[]
}

export interface FanData {
  readonly originMs: number
  readonly value: number
  readonly version: number
  readonly yhat: readonly number[]
  /** [Q][H] */
  readonly quantiles: readonly (readonly number[])[]
  /** What was measured before, at, and after the origin. */
  readonly timesMs: readonly number[]
  readonly values: readonly number[]
}
