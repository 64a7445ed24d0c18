import type { BacktestReport } from '#services/backtester/backtest-report'
import type { Feed } from '#shared/feed/feed'
import type { Forecast } from '#shared/forecast/forecast'
import type { ProtocolRows } from '#shared/scoring/test-protocol'

/** One number that a data set comes to, beside what it has to reach and what others reached. */
export interface AccuracyFigure {
  /** Such as `MSE 1–24`. */
  readonly name: string
  readonly value: number
  /** At most this. */
  readonly target: number
  /** Measured in the same run, or published. */
  readonly references: Readonly<Record<string, number>>
}

/** A public data set, by which protocol it is judged, and what its figures have to reach. */
export interface AccuracySet {
  readonly name: string
  readonly about: string
  readonly horizon: number
  readonly protocol?: ProtocolRows
  /** Worth comparing an untrained net with the trained one. */
  readonly control: boolean
  /** @param folder holds the data sets */
  open(folder: string, cacheDir: string): Promise<Feed>
  /** @param last the last forecast of each series */
  judge(
    report: BacktestReport,
    last: ReadonlyMap<string, Forecast>,
    folder: string,
  ): Promise<readonly AccuracyFigure[]> | readonly AccuracyFigure[]
}
