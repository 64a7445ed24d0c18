import { element, svgElement } from '#shared/page/element'
import { shareText, valueText } from '#shared/page/words'
import type { CalibrationData, ReportData } from '../report/report-data.js'
import { densityAxis } from './density-axis.js'
import { hitWords } from './hit-words.js'

const WIDTH = 270
const HEIGHT = 210
const LEFT = 42
const BOTTOM = 26
const TOP = 8
const RIGHT = 8

const DAY_MS = 86_400_000

/** Places within a figure's frame, from shares of its width and height. */
const xOf = (share: number) => LEFT + share * (WIDTH - LEFT - RIGHT)
const yOf = (share: number) => HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

/** Coverage curve, PIT histogram, coverage by lead and by hour, for each configuration. */
export function showCalibration(host: HTMLElement, data: ReportData): void {
  host.replaceChildren(
    ...data.runs.flatMap(({ name, calibration, levels }) => [
      data.runs.length > 1 ? element('h3', { class: 'run-name' }, name) : '',
      hits(calibration),
      element(
        'div',
        { class: 'figure-row' },
        coverageCurve(calibration, levels),
        pitHistogram(calibration, levels),
        coverageByLead(calibration, data.horizon),
        // Where readings come once a day there is but one hour, and months of one length begin at any.
        data.cadenceMs < DAY_MS ? coverageByHour(calibration) : '',
      ),
    ]),
  )
}

function hits({ hit }: CalibrationData): HTMLElement | '' {
  const words = hitWords(hit)
  return words === null ? '' : element('p', { class: 'about' }, words)
}

function coverageCurve({ pit }: CalibrationData, levels: readonly number[]): HTMLElement {
  let sum = 0
  const below = levels.map((_, q) => {
    sum += pit[q]!
    return sum
  })
  const points = [[0, 0], ...levels.map((level, q) => [level, below[q]!]), [1, 1]] as [number, number][]
  const parts = [
    ...shareAxes([0, 0.25, 0.5, 0.75, 1], [0, 0.25, 0.5, 0.75, 1]),
    path('ideal', [
      [0, 0],
      [1, 1],
    ]),
    path('curve', points),
    ...levels.map((level, q) =>
      svgElement('circle', {
        ...{ class: 'dot', cx: xOf(level).toFixed(1), cy: yOf(below[q]!).toFixed(1), r: '3' },
      }),
    ),
  ]
  const worst = Math.max(...levels.map((level, q) => Math.abs(below[q]! - level)))
  return figure(
    'Coverage curve',
    `outcomes below each quantile; at most ${(worst * 100).toFixed(1)} points off`,
    parts,
  )
}

function pitHistogram({ pit }: CalibrationData, levels: readonly number[]): HTMLElement {
  const edges = [0, ...levels, 1]
  const heights = pit.map((share, bin) => share / (edges[bin + 1]! - edges[bin]!))
  const { top, labels } = densityAxis(Math.max(...heights))
  const parts = [
    ...shareAxes([0, 0.25, 0.5, 0.75, 1], []),
    ...labels.map((density) => yLabel(density / top, String(density))),
    ...heights.map((height, bin) => {
      const reach = Math.min(1, height / top)
      return svgElement('rect', {
        class: 'bar',
        x: (xOf(edges[bin]!) + 0.5).toFixed(1),
        y: yOf(reach).toFixed(1),
        width: Math.max(0.5, xOf(edges[bin + 1]!) - xOf(edges[bin]!) - 1).toFixed(1),
        height: (yOf(0) - yOf(reach)).toFixed(1),
      })
    }),
    path('ideal', [
      [0, 1 / top],
      [1, 1 / top],
    ]),
    ...heights
      .map((height, bin) => ({ height, from: edges[bin]!, to: edges[bin + 1]! }))
      .filter(({ height }) => height > top)
      .map(({ height, from, to }, row) => cutLabel(from, to, height, row)),
  ]
  return figure('PIT histogram', 'density of outcomes between neighbouring quantiles; flat is right', parts)
}

function coverageByLead({ coverageByLead: bands }: CalibrationData, horizon: number): HTMLElement {
  const at = (h: number) => (horizon > 1 ? h / (horizon - 1) : 0.5)
  const parts = [
    ...shareAxes([], [0, 0.25, 0.5, 0.75, 1]),
    ...[...new Set([1, horizon])].map((lead) => xLabel(at(lead - 1), String(lead))),
    ...[0.5, 0.8, 0.95].map((band) =>
      path('ideal', [
        [0, band],
        [1, band],
      ]),
    ),
    ...bands.map((shares, b) =>
      path(
        ['curve b50', 'curve', 'curve b95'][b]!,
        shares.flatMap((share, h) => (share === null ? [] : [[at(h), share] as const])),
      ),
    ),
  ]
  return figure('Bands by lead', 'outcomes inside the 50, 80 and 95 % bands', parts)
}

function coverageByHour({ coverageByHour: hours }: CalibrationData): HTMLElement {
  const known = hours.flatMap((share, hour) => (share === null ? [] : [[hour, share] as const]))
  const low = Math.min(0.5, ...known.map(([, share]) => share))
  const heightOf = (share: number) => (share - low) / (1 - low)
  const parts = [
    frame(),
    ...[low, 0.8, 1].map((share) => yLabel(heightOf(share), shareText(share))),
    ...[0, 6, 12, 18].map((hour) => xLabel((hour + 0.5) / 24, String(hour))),
    ...known.map(([hour, share]) =>
      svgElement('rect', {
        class: 'bar',
        x: (xOf(hour / 24) + 0.5).toFixed(1),
        y: yOf(heightOf(share)).toFixed(1),
        width: ((WIDTH - LEFT - RIGHT) / 24 - 1).toFixed(1),
        height: (yOf(0) - yOf(heightOf(share))).toFixed(1),
      }),
    ),
    path('ideal', [
      [0, heightOf(0.8)],
      [1, heightOf(0.8)],
    ]),
  ]
  return figure('80 % band by hour of the day', 'outcomes inside, hours in UTC', parts)
}

function figure(title: string, note: string, parts: readonly SVGElement[]): HTMLElement {
  const image = svgElement('svg', {
    ...{ class: 'figure', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}: ${note}` },
  })
  image.append(...parts)
  return element('figure', {}, element('figcaption', {}, title, element('small', {}, note)), image)
}

function frame(): SVGElement {
  return svgElement('rect', {
    ...{ class: 'frame', x: String(LEFT), y: String(TOP) },
    width: String(WIDTH - LEFT - RIGHT),
    height: String(HEIGHT - TOP - BOTTOM),
  })
}

function shareAxes(across: readonly number[], up: readonly number[]): SVGElement[] {
  return [
    frame(),
    ...across.map((share) => xLabel(share, shareText(share))),
    ...up.map((share) => yLabel(share, shareText(share))),
  ]
}

function xLabel(share: number, text: string): SVGElement {
  const label = svgElement('text', {
    ...{ x: xOf(share).toFixed(1), y: String(HEIGHT - 9) },
    'text-anchor': share === 1 ? 'end' : share === 0 ? 'start' : 'middle',
  })
  label.textContent = text
  return label
}

function yLabel(share: number, text: string): SVGElement {
  const label = svgElement('text', {
    ...{ x: String(LEFT - 5), y: (yOf(share) + 3.5).toFixed(1), 'text-anchor': 'end' },
  })
  label.textContent = text
  return label
}

/** How high a bar is that the frame cuts, beside it. @param row labels of bars that are neighbours stand below each other */
function cutLabel(from: number, to: number, height: number, row: number): SVGElement {
  const left = from < 0.5
  const label = svgElement('text', {
    x: (left ? xOf(to) + 3 : xOf(from) - 3).toFixed(1),
    y: String(TOP + 12 + 13 * row),
    'text-anchor': left ? 'start' : 'end',
  })
  label.textContent = left ? `← ${valueText(height)} high` : `${valueText(height)} high →`
  return label
}

function path(kind: string, points: readonly (readonly [number, number])[]): SVGElement {
  const [only] = points
  if (points.length === 1 && only !== undefined) {
    return svgElement('circle', {
      class: 'dot',
      cx: xOf(only[0]).toFixed(1),
      cy: yOf(only[1]).toFixed(1),
      r: '3',
    })
  }
  const line = points.map(([x, y], index) => `${index ? 'L' : 'M'}${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`)
  return svgElement('path', { class: kind, d: line.join('') })
}
