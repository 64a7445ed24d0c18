import type { ForecastMessage } from '#shared/contracts/forecast'
import { bandRows, medianOf } from '#shared/page/chart-data'
import { byId, element, setText } from '#shared/page/element'
import { expertColours } from '#shared/page/expert-colours'
import { everyText, shareText, skillVerdict, spanText, timeText, valueText } from '#shared/page/words'
import { countOf } from '#shared/words/count-of'
import { silentText } from './silent-text.js'

const FLAG_WORDS: Record<ForecastMessage['flags'][number], string> = {
  gap: 'values were missing before this one',
  clipped: 'the last value was clipped as too wild',
  'level-shift': 'a new level has been learned',
  'cold-weights': 'the net warms up to new weights',
}
const PHASE_WORDS: Record<ForecastMessage['phase'], string> = {
  warming: 'warming up: little has been seen yet',
  live: 'live',
  degraded: 'degraded: made without the net',
}

/** The words above the chart: which series, whether it is silent, and what comes next. */
export function showHeadline(forecast: ForecastMessage, silentMs: number | null): void {
  const { cadenceMs, horizon } = forecast
  setText(byId('series-name'), forecast.series)
  setText(
    byId('series-about'),
    `${forecast.pipeline} · one value every ${everyText(cadenceMs)} · ${countOf(horizon, 'lead')}, ${spanText(horizon * cadenceMs)} ahead`,
  )
  byId('series-silent').hidden = silentMs === null
  if (silentMs !== null) {
    setText(byId('series-silent'), `○ ${silentText(silentMs)}, while others of ${forecast.pipeline} had some`)
  }
  const nextMs = Date.parse(forecast.origin.time) + cadenceMs
  const [lower, upper] = bandRows(forecast, 0.8)
  const band =
    lower === undefined || upper === undefined
      ? ''
      : `80 % between ${valueText(lower[0])} and ${valueText(upper[0])}`
  byId('next').replaceChildren(
    element('span', { class: 'next-when' }, `Expected ${timeText(nextMs, cadenceMs)} UTC`),
    element('strong', {}, valueText(medianOf(forecast)[0])),
    element('span', { class: 'next-band' }, band),
  )
}

/** The panels below the chart. */
export function showPanels(forecast: ForecastMessage): void {
  showExperts(forecast.experts)
  showScores(forecast)
  showState(forecast)
}

function showExperts(experts: Record<string, number>): void {
  const colours = expertColours(Object.keys(experts))
  const shares = Object.entries(experts)
    .sort(([a, shareA], [b, shareB]) => shareB - shareA || (a < b ? -1 : 1))
    .map(([name, share]) => ({ name, share, colour: colours.get(name) ?? null }))
  byId('experts-bar').replaceChildren(
    ...shares
      .filter(({ share }) => share > 0.002)
      .map(({ share, colour }) => {
        const part = element('span', { class: colour })
        part.style.flexGrow = String(share)
        return part
      }),
  )
  byId('experts').replaceChildren(
    ...shares.map(({ name, share, colour }) =>
      element('li', {}, element('i', { class: `key ${colour}` }), name, element('b', {}, shareText(share))),
    ),
  )
}

function showScores(forecast: ForecastMessage): void {
  const rows = forecast.scoredLeads.map((lead, index) => {
    const verdict = skillVerdict(forecast.skill[index])
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, spanText(lead * forecast.cadenceMs)),
      ...(['0.5', '0.8', '0.95'] as const).map((band) =>
        coverageCell(Number(band), forecast.coverage[band][index]),
      ),
      element('td', { class: `verdict ${verdict.kind}` }, verdict.brief),
    )
  })
  byId('scores')
    .querySelector('tbody')!
    .replaceChildren(...rows)
}

/** Realised share as a bar with the promised one as a tick: a bar that ends at its tick is a band that holds. */
function coverageCell(nominal: number, realised: number | null | undefined): HTMLTableCellElement {
  if (realised === null || realised === undefined) return element('td', {}, '–')
  const bar = element('span', { class: 'coverage', 'aria-hidden': 'true' }, element('i'), element('b'))
  ;(bar.children[0] as HTMLElement).style.width = `${Math.min(1, realised) * 100}%`
  ;(bar.children[1] as HTMLElement).style.left = `${nominal * 100}%`
  return element('td', {}, shareText(realised), bar)
}

function showState({ weights, phase, anomaly, flags, origin, cadenceMs }: ForecastMessage): void {
  const entries: [string, string, string?][] = [
    ['Weights', weights.version === 0 ? 'v0, the untrained net' : `v${weights.version} serves`],
    ['Phase', PHASE_WORDS[phase]],
    ['Last value', `${valueText(origin.value)} at ${timeText(Date.parse(origin.time), cadenceMs)} UTC`],
    [
      'Anomaly score',
      `${anomaly.score.toFixed(2)}, ${anomaly.flag ? '◆ over the threshold of 1' : 'threshold 1'}`,
      anomaly.flag ? 'alarming' : '',
    ],
    ['Flags', flags.length === 0 ? 'none' : flags.map((flag) => FLAG_WORDS[flag] ?? flag).join('; ')],
  ]
  byId('state').replaceChildren(
    ...entries.flatMap(([term, text, kind]) => [
      element('dt', {}, term),
      element('dd', kind ? { class: kind } : {}, text),
    ]),
  )
}
