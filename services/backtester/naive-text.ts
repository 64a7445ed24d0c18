import type { BacktestReport } from './backtest-report.js'

/**
 * What skill and MASE are measured against, in words. Where a week is known it is that of the week, which another row of the
 * table, that of the day, may do better than.
 */
export function naiveText({ experts }: Pick<BacktestReport, 'experts'>): string {
  return 'seasonal-week' in experts ? 'seasonal naive of a week' : 'seasonal naive'
}
