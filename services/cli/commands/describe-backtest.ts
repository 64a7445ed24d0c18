import type { BacktestReport } from '#services/backtester/backtest-report'
import { naiveText } from '#services/backtester/naive-text'
import { STANDARDISED } from '#services/backtester/standardised-text'
import { strongestSimple } from '#services/backtester/strongest-simple'
import { formatDuration } from '#shared/configuration/duration'
import { LEVELS } from '#shared/forecast/quantile-levels'
import type { WindowScore } from '#shared/scoring/backtest-scorer'
import type { ErrorSummary } from '#shared/scoring/error-sums'
import { countOf } from '#shared/words/count-of'
import { formatCount, formatFixed, formatSeconds, formatShare, formatValue } from '../terminal/figures.js'
import { leadsToShow } from '../terminal/leads-to-show.js'
import { type Column, renderTable } from '../terminal/table.js'

/** A backtest's report in words and tables, for a terminal. */
export function describeBacktest(report: BacktestReport): string[] {
  const { origins, scoredFrom, coverage, trainings, trainingSeconds } = report
  const head = [
    describeSource(report),
    `scored from ${startOf(scoredFrom)} on: ${countOf(origins, 'origin')}`,
    ...describeLeftOut(report),
    '',
  ]
  if (origins === 0) return head.slice(0, -1)
  const promoted = trainings.filter((training) => training.promoted).length
  const right = (title: string) => ({ title, align: 'right' }) as const
  const experts = Object.entries(report.experts).sort(([, a], [, b]) => a.mae - b.mae)
  const errors = (name: string, summary: { mae: number; mse: number; mase: number }) => [
    name,
    formatValue(summary.mae),
    formatValue(Math.sqrt(summary.mse)),
    formatFixed(summary.mase, 3),
  ]
  return [
    ...head,
    `${describeSkill(report)} (MASE ${formatFixed(report.mase, 3)}, CRPS ${formatValue(report.crps)})`,
    ...describeUnit(report),
    '',
    ...renderTable(
      [{ title: 'forecaster', align: 'left' }, right('MAE'), right('RMSE'), right('MASE')],
      [errors('Foretide', report), ...experts.map(([name, summary]) => errors(name, summary))],
    ),
    ...describeNoScale(report),
    '',
    ...describeWindows(report),
    ...renderTable(
      [right('lead'), right('MAE'), right('MASE')],
      leadsToShow(Object.keys(report.byLead).map(Number)).map((lead) => {
        const { mae, mase } = report.byLead[lead]!
        return [String(lead), formatValue(mae), formatFixed(mase, 3)]
      }),
    ),
    '',
    ...renderTable(
      [right('band'), right('outcomes inside')],
      Object.entries(coverage).map(([level, share]) => [
        `${Number((Number(level) * 100).toFixed(8))} %`,
        formatShare(share),
      ]),
    ),
    '',
    ...describeLevels(report),
    `${formatCount(report.eventsPerSecond)} events/s; ${
      trainings.length === 0
        ? 'no training'
        : `${countOf(trainings.length, 'training')} in ${formatSeconds(trainingSeconds)}, ${promoted} promoted`
    }`,
  ]
}

/** What errors are counted in, where that is not the values' unit. */
export function describeUnit({ standardised }: Pick<BacktestReport, 'standardised'>): string[] {
  return standardised
    ? [
        `errors are ${STANDARDISED} in the rows of --standardise-on, not in its unit; MASE is the same in both`,
      ]
    : []
}

/** What was forecast, and how often. */
export function describeSource({ source, events, series, cadenceMs, horizon }: BacktestReport): string {
  const every = `every ${formatDuration(cadenceMs)}`
  return `${source}: ${countOf(events, 'event')} of ${formatCount(series)} series, ${every}, ${countOf(horizon, 'lead')}`
}

/** Why a backtest found nothing, and what to do; null where it found something. */
export function describeNothingScored({ origins, scoredFrom, horizon }: BacktestReport): string | null {
  if (origins > 0) return null
  return (
    `nothing was scored: no forecast made from ${scoredFrom.slice(0, 16).replace('T', ' ')} on was followed by a reading of its ` +
    `series within ${countOf(horizon, 'step')}. Give more readings, the cadence that they have (--cadence), or an earlier --test-from.`
  )
}

/** The day, and the minute where it is not a day's first. @param iso ISO 8601 */
export function startOf(iso: string): string {
  const minute = iso.slice(11, 16)
  return minute === '00:00' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${minute}`
}

function describeNoScale({ mase, skill }: BacktestReport): string[] {
  if (Number.isFinite(mase) || !Number.isFinite(skill)) return []
  return [
    'MASE is not known: before the scored part lies less than a season, or nothing changes from one to the next.',
  ]
}

/** Readings that led to no forecast, and why. */
function describeLeftOut({ leftOut, events, cadenceMs }: BacktestReport): string[] {
  const reasons = Object.entries(leftOut)
  const count = reasons.reduce((sum, [, of]) => sum + of, 0)
  if (count === 0) return []
  const sameCell = leftOut['same-cell'] ?? 0
  const tooLong = sameCell > events / 2
  return [
    `left out: ${reasons.map(([why, of]) => `${formatCount(of)} ${why}`).join(', ')}`,
    ...(tooLong
      ? [
          `most readings come within ${formatDuration(cadenceMs)} of another: is that their cadence (--cadence)?`,
        ]
      : []),
  ]
}

/** Every level, where the configuration asks for more than those of the bands. */
function describeLevels({ quantiles }: BacktestReport): string[] {
  const levels = Object.entries(quantiles).sort(([a], [b]) => Number(a) - Number(b))
  if (levels.length <= LEVELS.length) return []
  const titles = ['level', 'outcomes below', 'pinball']
  const rows = levels.map(([level, { below, pinball }]) => [level, formatShare(below), formatValue(pinball)])
  return [
    ...renderTable(
      titles.map((title): Column => ({ title, align: 'right' })),
      rows,
    ),
    '',
  ]
}

/** Skill is no number where the seasonal naive never errs. */
function describeSkill(report: BacktestReport): string {
  const { skill } = report
  const naive = naiveText(report)
  if (!Number.isFinite(skill)) return `no skill: the ${naive} never errs`
  const strongest = strongestSimple(report)
  const than = strongest ? `, ${compare(strongest.skill, strongest.name)}, the best simple method` : ''
  return compare(skill, naive) + than
}

function compare(skill: number, other: string): string {
  const share = formatShare(Math.abs(skill))
  if (share === formatShare(0)) return `level with ${other}`
  return `${share} ${skill < 0 ? 'worse' : 'better'} than ${other}`
}

/** A protocol's figures, as papers print them: MSE and MAE per horizon. */
function describeWindows({ windows }: BacktestReport): string[] {
  if (!windows) return []
  const found = Object.entries(windows)
  const names = Object.keys(found[0]![1].experts)
  const row = (name: string, of: (window: WindowScore) => ErrorSummary | undefined) => [
    name,
    ...found.flatMap(([, window]) => [
      (of(window)?.mse ?? Number.NaN).toFixed(4),
      (of(window)?.mae ?? Number.NaN).toFixed(4),
    ]),
  ]
  const columns: Column[] = [{ title: 'test part', align: 'left' }]
  for (const [leads] of found) {
    columns.push({ title: `MSE 1–${leads}`, align: 'right' }, { title: `MAE 1–${leads}`, align: 'right' })
  }
  const rows = [
    row('Foretide', (window) => window),
    ...names.map((name) => row(name, ({ experts }) => experts[name])),
  ]
  return [...renderTable(columns, rows), '']
}
