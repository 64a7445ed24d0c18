import type { ForecastMessage } from '#shared/contracts/forecast'
import type { OriginRow } from './origin-row.js'

/** What a chart shows of one series. */
export interface ChosenView {
  readonly cadenceMs: number
  readonly rows: readonly OriginRow[]
  readonly forecast: ForecastMessage | null
  /**
   * Earlier forecasts that the page holds on to, one a horizon, oldest first: the actual values run into their bands,
   * which shows what a forecast was worth.
   */
  readonly held: readonly ForecastMessage[]
  /** The oldest first. */
  readonly decisions?: readonly WeightsMark[]
}

/** A decision on weights, to be marked at its time. */
export interface WeightsMark {
  readonly timeMs: number
  readonly version: number
  /** What was decided: promoted, rejected, … */
  readonly kind: string
}

export const emptyView: ChosenView = { cadenceMs: 0, rows: [], forecast: null, held: [] }
