import { countOf } from '#shared/words/count-of'
import type { BacktestReport } from '../backtest-report.js'

/**
 * What was learned in a backtest, and which weights made its last forecast.
 * @param lastVersion weights version of that forecast; 0 is the untrained net
 */
export function learningText(
  { trainings, verdicts, driftAlarms }: Pick<BacktestReport, 'trainings' | 'verdicts' | 'driftAlarms'>,
  lastVersion: number,
): string {
  const promotions = verdicts.filter(({ kind }) => kind === 'promote')
  const counts = [
    countOf(trainings.length, 'training'),
    countOf(promotions.length, 'promotion'),
    countOf(driftAlarms.length, 'drift alarm'),
  ].join(', ')
  const promoted = promotions.at(-1)?.version
  // The last verdict is given when all outcomes are in.
  const after =
    promoted === undefined || promoted === lastVersion ? '' : `, after which v${promoted} was promoted`
  return `${counts}; v${lastVersion} made the last forecast${after}`
}
