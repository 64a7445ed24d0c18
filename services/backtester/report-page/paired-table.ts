import { byId, element, setText } from '#shared/page/element'
import { countText, fixedText, shareText, valueText } from '#shared/page/words'
import type { PairedFigure, PairedScore } from '#shared/scoring/paired-scores'
import type { ReportData } from '../report/report-data.js'

/** Two configurations on the same targets, with the test. */
export function showPaired(paired: PairedScore, { runs }: ReportData): void {
  byId('paired').hidden = false
  const [alone, aloneToo] = paired.unpaired
  setText(
    byId('paired-about'),
    `${countText(paired.targets)} outcomes that both forecast` +
      (alone + aloneToo > 0
        ? ` (${countText(alone)} and ${countText(aloneToo)} by one alone are left out)`
        : '') +
      (paired.mae.p === null
        ? '. Too little time is scored for a test.'
        : `. Difference is first minus second; the test is Student's t on ${paired.blocks} blocks of time, each the mean over its series, origins and leads.`),
  )
  const rows: [string, PairedFigure][] = [
    ['MAE', paired.mae],
    ['MSE', paired.mse],
    ['MASE', paired.mase],
    ['CRPS', paired.crps],
  ]
  byId('paired-table').replaceChildren(
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...['', runs[0]!.name, runs[1]!.name, 'difference', '95 % interval', 'p'].map((title) =>
          element('th', { scope: 'col' }, title),
        ),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map(([name, figure]) => row(name, figure)),
      ...Object.entries(paired.coverage).map(([band, [first, second]]) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, `inside ${Number(band) * 100} %`),
          ...[first, second].map((share) => element('td', {}, shareText(share, 1))),
          element('td', {}, `${fixedText(100 * (first - second), 1)} points`),
          element('td'),
          element('td'),
        ),
      ),
    ),
  )
}

function row(name: string, { first, second, difference, low, high, p }: PairedFigure): HTMLElement {
  const kind = p === null || p > 0.05 ? null : difference < 0 ? 'better' : 'worse'
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    ...[first, second].map((value) => element('td', {}, valueText(value))),
    element('td', { class: kind }, valueText(difference)),
    element('td', {}, low === null || high === null ? '–' : `${valueText(low)} to ${valueText(high)}`),
    element('td', {}, p === null ? '–' : p < 0.0001 ? '< 0.0001' : p.toFixed(4)),
  )
}
