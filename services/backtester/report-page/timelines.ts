import { byId, element, setText } from '#shared/page/element'
import { expertColours } from '#shared/page/expert-colours'
import {
  type ChartMark,
  LineChart,
  type LineChartContent,
  type LineChartOptions,
} from '#shared/page/line-chart'
import { dateText, fixedText, shareText, timeText } from '#shared/page/words'
import type { ReportData, RunData } from '../report/report-data.js'
import { learningText } from './learning-words.js'
import { unknownText } from './unknown-text.js'

/** Error, bias and mixture over event time, with what happened to the weights. */
export class Timelines {
  private readonly charts: LineChart[] = []

  constructor(host: HTMLElement, data: ReportData) {
    setText(
      byId('time-about'),
      'MASE beside that of the seasonal naive, over the scored part; upright lines are new weights that serve (v), and drift alarms. ' +
        'Below, how far outcomes lie above the median, in half widths of the 80 % band, and each expert’s share in the median.',
    )
    for (const run of data.runs) {
      const place = element('div', { class: 'timeline-plots' })
      host.append(
        data.runs.length > 1 ? element('h3', { class: 'run-name' }, run.name) : '',
        place,
        events(run, data),
      )
      this.fill(place, run)
    }
  }

  rebuild(): void {
    for (const chart of this.charts) chart.rebuild()
  }

  private fill(place: HTMLElement, run: RunData): void {
    const { timeline } = run
    const x = timeline.timesMs.map((ms) => ms / 1000)
    const marks = marksOf(run)
    const titleOf = (seconds: number) => dateText(seconds * 1000)
    this.add(
      place,
      'MASE',
      { x: 'time', titleOf, valueText: (value) => fixedText(value, 2) },
      {
        ...{ x, marks, include: [0] },
        lines: [
          { label: 'seasonal naive', colour: 'expert-4', dash: [5, 3], values: timeline.naive },
          { label: 'Foretide', colour: 'forecast', width: 2, values: timeline.mase },
        ],
      },
    )
    this.add(
      place,
      'Bias',
      { x: 'time', titleOf, valueText: (value) => fixedText(value, 2) },
      {
        ...{ x, include: [-0.5, 0.5], marks: marks.map((mark) => ({ ...mark, label: '' })) },
        lines: [
          { label: '', colour: 'ink-soft', dash: [2, 3], width: 1, values: x.map(() => 0) },
          { label: 'outcome − median', colour: 'held', width: 2, values: timeline.bias },
        ],
      },
    )
    this.add(
      place,
      'Who makes the forecast',
      { x: 'time', titleOf, valueText: (value) => shareText(value), axisText: (value) => shareText(value) },
      {
        ...{ x, include: [0, 1] },
        ...stackOf(timeline.shares),
      },
    )
  }

  private add(place: HTMLElement, title: string, options: LineChartOptions, content: LineChartContent): void {
    if (content.lines.every(({ values }) => values.every((value) => value === null))) {
      place.append(element('p', { class: 'about' }, unknownText(title)))
      return
    }
    const host = element('div', {
      ...{ class: 'plot low', role: 'application' },
      'aria-label': `${title} over time. Left and right arrow keys read it.`,
    })
    const stacked = content.lines.some(({ filled }) => filled)
    const legend = content.lines
      .filter(({ label }) => label !== '')
      .map(({ label, colour, dash }) => {
        const key = element('i', { class: `key${stacked ? ' area' : dash ? ' line dashed' : ' line'}` })
        if (stacked) key.style.background = `var(--${colour})`
        else key.style.color = `var(--${colour})`
        return element('li', {}, key, label)
      })
    place.append(
      element('div', {}, element('h3', {}, title), element('ul', { class: 'legend' }, ...legend), host),
    )
    const chart = new LineChart(host, options)
    chart.show(content)
    this.charts.push(chart)
  }
}

function marksOf({ versions, report }: RunData): ChartMark[] {
  return [
    // What serves from the beginning is no event.
    ...versions
      .slice(1)
      .map(({ timeMs, version }) => ({ x: timeMs / 1000, label: `v${version}`, colour: 'version' })),
    ...report.driftAlarms.map((time) => ({ x: Date.parse(time) / 1000, label: 'drift', colour: 'anomaly' })),
  ].sort((a, b) => a.x - b.x)
}

/** Shares on top of each other, the largest at the bottom. */
function stackOf(shares: RunData['timeline']['shares']): Pick<LineChartContent, 'lines'> {
  const mean = (values: readonly (number | null)[]) =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
  const experts = Object.entries(shares).sort(([, a], [, b]) => mean(b) - mean(a))
  const colours = expertColours(experts.map(([name]) => name))
  const length = experts[0]?.[1].length ?? 0
  const floor = new Array<number>(length).fill(0)
  const lines = experts.map(([name, values]) => {
    const top = values.map((value, index) => {
      if (value === null) return null
      floor[index]! += value
      return floor[index]!
    })
    return { label: name, colour: colours.get(name)!, width: 0, filled: true, values: top, told: values }
  })
  return {
    lines: [{ label: '', colour: 'panel', width: 0, values: new Array<number>(length).fill(0) }, ...lines],
  }
}

/** The same as a list, for who wants the times. */
function events({ report, versions }: RunData, { cadenceMs }: ReportData): HTMLElement {
  const time = (text: string) => timeText(Date.parse(text), cadenceMs)
  const happened = [
    ...report.trainings.map((training) => ({
      time: training.time,
      text: training.challenged
        ? `trained v${training.version} (${training.trigger}), which challenges`
        : `trained (${training.trigger}), nothing better came of it`,
    })),
    ...report.verdicts.map(({ time: at, kind, version, champion }) => ({
      time: at,
      text:
        kind === 'promote'
          ? `v${version} promoted over v${champion}`
          : `v${version} rejected, v${champion} stays`,
    })),
    ...report.driftAlarms.map((at) => ({ time: at, text: 'drift alarm' })),
  ].sort((a, b) => Date.parse(a.time) - Date.parse(b.time))
  return element(
    'details',
    {},
    element('summary', {}, learningText(report, versions.at(-1)?.version ?? 0)),
    element(
      'div',
      { class: 'scroll' },
      element(
        'table',
        { class: 'numbers' },
        element(
          'tbody',
          {},
          ...happened.map(({ time: at, text }) =>
            element('tr', {}, element('th', { scope: 'row' }, time(at)), element('td', {}, text)),
          ),
        ),
      ),
    ),
  )
}
