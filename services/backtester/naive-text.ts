import type { BacktestReport } from './backtest-report.js'

type Experts = Pick<BacktestReport, 'experts'>

/** What skill and MASE are measured against, by its name among the experts: of the longest season that is known. */
export function naiveName({ experts }: Experts): string {
  return 'seasonal-week' in experts ? 'seasonal-week' : 'seasonal'
}

/** The same in words. Where it is that of the week, another row of the table, that of the day, may do better. */
export function naiveText(report: Experts): string {
  return naiveName(report) === 'seasonal-week' ? 'seasonal naive of a week' : 'seasonal naive'
}
