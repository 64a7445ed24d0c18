import { byId, element, setText } from '#shared/page/element'
import { watchTheme } from '#shared/page/theme'
import {
  countText,
  everyText,
  fixedText,
  shareText,
  skillVerdict,
  spanText,
  valueText,
} from '#shared/page/words'
import { countOf } from '#shared/words/count-of'
import { naiveText } from '../naive-text.js'
import type { ReportData } from '../report/report-data.js'
import { STANDARDISED } from '../standardised-text.js'
import { strongestSimple } from '../strongest-simple.js'
import { showCalibration } from './calibration-figures.js'
import { FanBrowser } from './fan-browser.js'
import { LeadPanel } from './lead-panel.js'
import { showPaired } from './paired-table.js'
import { rmse } from './rmse.js'
import { Timelines } from './timelines.js'
import { showWorst } from './worst-tables.js'

const data = JSON.parse(byId('data').textContent ?? '') as ReportData

function showHead({ source, runs, horizon, cadenceMs, scoredFromMs, toMs }: ReportData): void {
  const { report } = runs[0]!
  document.title = `${source} · Foretide backtest`
  setText(byId('source'), source)
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10)
  setText(
    byId('about'),
    `${countOf(report.events, 'event')} of ${countText(report.series)} series, one value every ${everyText(cadenceMs)}, ` +
      `${countOf(horizon, 'lead')} (${spanText(horizon * cadenceMs)} ahead), scored from ${day(scoredFromMs)} to ${day(toMs)}` +
      (report.standardised ? `; errors ${STANDARDISED}` : ''),
  )
  const naive = naiveText(report)
  const none = report.origins > 0 ? `no skill: the ${naive} never errs` : 'nothing was scored'
  const { text, brief, against, kind } = skillVerdict(report.skill, { naive, none })
  const strongest = strongestSimple(report)
  byId('verdict').replaceChildren(
    ...(kind === 'better' || kind === 'worse'
      ? [element('strong', { class: kind }, brief), ` ${against}`]
      : [text]),
    strongest
      ? `, ${skillVerdict(strongest.skill, { naive: strongest.name }).text}, the best simple method`
      : '',
    runs.length > 1 ? `, ${runs[0]!.name}` : '',
  )
  const unit = report.standardised ? ', in standard deviations' : ''
  const figures: [string, (report: ReportData['runs'][number]['report']) => string, string][] = [
    ['MASE', ({ mase }) => fixedText(mase, 3), 'error, seasonal difference = 1'],
    ['MAE', ({ mae }) => valueText(mae), `of the median${unit}`],
    ['RMSE', (report) => valueText(rmse(report)), `of the mean${unit}`],
    ['CRPS', ({ crps }) => valueText(crps), `of the whole distribution${unit}`],
    ['80 % band holds', ({ coverage }) => shareText(coverage['0.8'], 1), 'of outcomes'],
    ['Origins scored', ({ origins }) => countText(origins), 'with an outcome at least'],
    ['Speed', ({ eventsPerSecond }) => countText(eventsPerSecond), 'events/s'],
  ]
  byId('figures').replaceChildren(
    ...figures.map(([label, textOf, note]) =>
      element(
        'div',
        {},
        element('dt', {}, label),
        ...runs.map(({ report: one, name }) =>
          element(
            'dd',
            { class: 'figure' },
            textOf(one),
            runs.length > 1 ? element('small', {}, name) : null,
          ),
        ),
        element('dd', { class: 'note' }, note),
      ),
    ),
  )
}

/** @returns what has to be drawn anew in other colours */
function showFigures(): readonly { rebuild(): void }[] {
  if (data.paired) showPaired(data.paired, data)
  const fans = new FanBrowser(data)
  const leads = new LeadPanel(data)
  showCalibration(byId('calibration'), data)
  const timelines = new Timelines(byId('timelines'), data)
  showWorst(byId('worst'), data, (series) => fans.choose(series))
  return [fans, leads, timelines]
}

/** Empty plots would look like errors of nothing. */
function showNothing(): readonly never[] {
  const leads = countOf(data.horizon, 'lead')
  const why = `No forecast of the scored part was followed by a reading of its series within ${leads}: there is nothing to draw.`
  byId('figures').hidden = true
  document.querySelector('main')!.replaceChildren(element('p', { class: 'about' }, why))
  return []
}

showHead(data)
const drawn = data.runs.some(({ report }) => report.origins > 0) ? showFigures() : showNothing()
watchTheme(byId<HTMLButtonElement>('theme'), () => {
  for (const one of drawn) one.rebuild()
})
document.body.dataset.drawn = 'yes'
