import type { ComparisonReport } from '#services/backtester/run-comparison'
import { LOSSES, type Loss, type PairedFigure } from '#shared/scoring/paired-scores'
import { countOf } from '#shared/words/count-of'
import { formatCount, formatShare, formatValue } from '../terminal/figures.js'
import { leadsToShow } from '../terminal/leads-to-show.js'
import { type Column, renderTable } from '../terminal/table.js'
import { describeSource, describeUnit, startOf } from './describe-backtest.js'

const TITLES: Record<Loss, string> = { mse: 'MSE', mae: 'MAE', mase: 'MASE', crps: 'CRPS' }
/** A difference this unlikely by chance is called one. */
const P_MAX = 0.05

/** Two configurations side by side, for a terminal. @param names of the first and of the second */
export function describeComparison(
  { reports, paired }: ComparisonReport,
  names: readonly [string, string],
): string[] {
  if (paired.targets === 0) return []
  const right = (title: string): Column => ({ title, align: 'right' })
  const losses = LOSSES.map((loss) => {
    const { first, second, difference, low, high, p } = paired[loss]
    return [
      TITLES[loss],
      ...[first, second, difference].map(formatValue),
      low === null || high === null ? '–' : `${formatValue(low)} to ${formatValue(high)}`,
      p === null ? '–' : p < 0.0001 ? '< 0.0001' : p.toFixed(4),
    ]
  })
  const shares = Object.entries(paired.coverage).map(([band, [first, second]]) => [
    `inside ${Number(band) * 100} %`,
    formatShare(first),
    formatShare(second),
    formatShare(first - second),
  ])
  const [one] = reports
  const [alone, aloneToo] = paired.unpaired
  return [
    describeSource(one),
    `scored from ${startOf(one.scoredFrom)} on: ${countOf(paired.targets, 'outcome')} that both forecast` +
      (alone + aloneToo > 0 ? `, ${formatCount(alone)} and ${formatCount(aloneToo)} that one alone did` : ''),
    ...describeUnit(one),
    '',
    ...renderTable(
      [{ title: '', align: 'left' }, ...[names[0], names[1], 'difference', '95 % interval', 'p'].map(right)],
      [...losses, ...shares],
    ),
    '',
    verdict('MAE', paired.mae, names),
    paired.mae.p === null
      ? 'too little time is scored for a test: it needs 4 blocks of two horizons and a season each'
      : `Student's t on ${paired.blocks} blocks of time, each the mean over its series, origins and leads`,
    '',
    ...renderTable(
      ['lead', names[0], names[1], 'difference'].map(right),
      leadsToShow(Object.keys(paired.byLead).map(Number)).map((lead) => {
        const [first, second] = paired.byLead[lead]!
        return [String(lead), ...[first, second, first - second].map(formatValue)]
      }),
    ),
    '',
    ...reports.map(
      ({ eventsPerSecond, trainings }, side) =>
        `${names[side]}: ${formatCount(eventsPerSecond)} events/s, ${countOf(trainings.length, 'training')}, ` +
        `${trainings.filter(({ promoted }) => promoted).length} promoted`,
    ),
  ]
}

function verdict(
  title: string,
  { first, second, p }: PairedFigure,
  [one, two]: readonly [string, string],
): string {
  const [better, worse] = first < second ? [one, two] : [two, one]
  const share = formatShare(1 - Math.min(first, second) / Math.max(first, second))
  if (first === second) return `${title}: no difference`
  if (p === null || p > P_MAX) return `${title}: ${better} is lower by ${share}, which may be chance`
  return `${title}: ${better} is better than ${worse} by ${share}`
}
