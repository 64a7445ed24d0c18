import { element } from '#shared/page/element'
import { fixedText, shareText, skillVerdict, valueText } from '#shared/page/words'
import type { ReportData } from '../report/report-data.js'

/** The worst series of each configuration. @param choose shows a series' fans */
export function showWorst(host: HTMLElement, { runs }: ReportData, choose: (series: string) => void): void {
  const shown = new Set(runs[0]!.fans.map(({ series }) => series))
  const nameOf = (series: string) => {
    if (!shown.has(series)) return series
    const button = element('button', { type: 'button' }, series)
    button.addEventListener('click', () => choose(series))
    return button
  }
  host.replaceChildren(
    ...runs.flatMap(({ name, worst }) => [
      runs.length > 1 ? element('h3', { class: 'run-name' }, name) : '',
      element(
        'div',
        { class: 'scroll' },
        element(
          'table',
          { class: 'numbers' },
          element(
            'thead',
            {},
            element(
              'tr',
              {},
              ...['series', 'MASE', 'MAE', 'skill', 'in 80 % band', 'bias', 'outcomes'].map((title) =>
                element('th', { scope: 'col' }, title),
              ),
            ),
          ),
          element(
            'tbody',
            {},
            ...worst.map(({ series, mase, mae, skill, coverage80, bias, outcomes }) => {
              const { kind } = skillVerdict(skill)
              return element(
                'tr',
                {},
                element('th', { scope: 'row' }, nameOf(series)),
                element('td', {}, fixedText(mase, 3)),
                element('td', {}, valueText(mae)),
                element('td', { class: kind }, skill === null ? '–' : shareText(skill, 1).replace('-', '−')),
                element('td', {}, shareText(coverage80, 1)),
                element('td', {}, fixedText(bias, 2)),
                element('td', {}, valueText(outcomes)),
              )
            }),
          ),
        ),
      ),
    ]),
  )
}
