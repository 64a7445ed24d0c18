import type { ForecastMessage } from '#shared/contracts/forecast'
import type { ChosenView } from '#shared/page/chosen-view'
import { byId, element, setText } from '#shared/page/element'
import { ForecastChart } from '#shared/page/forecast-chart'
import { shareText, timeText, valueText } from '#shared/page/words'
import { countOf } from '#shared/words/count-of'
import type { FanData, ReportData, RunData } from '../report/report-data.js'

/** Fan charts of a series and an origin that the reader picks, one per configuration. */
export class FanBrowser {
  private readonly charts: {
    readonly run: RunData
    readonly chart: ForecastChart
    readonly says: HTMLElement
  }[]
  private readonly seriesPicker = byId<HTMLSelectElement>('fan-series')
  private readonly originPicker = byId<HTMLSelectElement>('fan-origin')

  constructor(private readonly data: ReportData) {
    const host = byId('fans')
    this.charts = data.runs.map((run) => {
      const place = element('div', {
        class: 'chart',
        role: 'application',
        'aria-label': 'Forecast and outcomes. Left and right arrow keys read them value by value.',
      })
      const says = element('p', { class: 'fan-says' })
      host.append(element('div', {}, data.runs.length > 1 ? element('h3', {}, run.name) : null, place, says))
      return { run, chart: new ForecastChart(place), says }
    })
    const names = data.runs[0]!.fans.map(({ series }) => series)
    this.seriesPicker.replaceChildren(
      ...names.map((series, index) => element('option', { value: String(index) }, series)),
    )
    this.seriesPicker.addEventListener('change', () => this.fill())
    this.originPicker.addEventListener('change', () => this.draw())
    byId('fan-before').addEventListener('click', () => this.step(-1))
    byId('fan-after').addEventListener('click', () => this.step(1))
    this.fill()
  }

  /** Show a series and bring the charts into sight. */
  choose(series: string): void {
    const index = this.data.runs[0]!.fans.findIndex((each) => each.series === series)
    if (index < 0) return
    this.seriesPicker.value = String(index)
    this.fill()
    byId('fans-title').scrollIntoView({ behavior: 'smooth' })
  }

  rebuild(): void {
    for (const { chart } of this.charts) chart.rebuild()
  }

  private get chosen(): RunData['fans'][number] | undefined {
    return this.data.runs[0]!.fans[Number(this.seriesPicker.value)]
  }

  private step(by: number): void {
    const { options, selectedIndex } = this.originPicker
    this.originPicker.selectedIndex = Math.max(0, Math.min(options.length - 1, selectedIndex + by))
    this.draw()
  }

  private fill(): void {
    const before = Math.max(0, this.originPicker.selectedIndex)
    const fans = this.chosen?.fans ?? []
    this.originPicker.replaceChildren(
      ...fans.map(({ originMs }, index) =>
        element('option', { value: String(index) }, timeText(originMs, this.data.cadenceMs)),
      ),
    )
    this.originPicker.selectedIndex = Math.min(before, fans.length - 1)
    this.draw()
  }

  private draw(): void {
    const first = this.chosen
    const originMs = first?.fans[this.originPicker.selectedIndex]?.originMs
    for (const { run, chart, says } of this.charts) {
      const fan = run.fans
        .find(({ series }) => series === first?.series)
        ?.fans.find((one) => one.originMs === originMs)
      if (first === undefined || fan === undefined) {
        setText(says, 'No forecast was kept for this series at this origin.')
        continue
      }
      chart.show(viewOf(first.series, fan, run, this.data), Number.POSITIVE_INFINITY)
      setText(says, fanWords(fan, run, this.data))
    }
  }
}

function viewOf(
  series: string,
  fan: FanData,
  { levels }: RunData,
  { cadenceMs, horizon }: ReportData,
): ChosenView {
  const forecast: ForecastMessage = {
    ...{ schema: 'foretide.forecast/1', series, pipeline: 'backtest', cadenceMs, horizon },
    origin: { time: new Date(fan.originMs).toISOString(), value: fan.value, partition: 0, offset: '0' },
    yhat: [...fan.yhat],
    levels: [...levels],
    quantiles: fan.quantiles.map((row) => [...row]),
    ...{ experts: {}, scoredLeads: [], coverage: { '0.5': [], '0.8': [], '0.95': [] }, skill: [] },
    ...{ anomaly: { score: 0, flag: false }, weights: { version: fan.version }, phase: 'live', flags: [] },
  }
  const rows = fan.timesMs.map(
    (timeMs, index) => [timeMs, fan.values[index]!, null, null, null, 0, fan.version] as const,
  )
  return { cadenceMs, rows, forecast, held: [] }
}

function fanWords(fan: FanData, { levels, report }: RunData, { cadenceMs, horizon }: ReportData): string {
  const row = (level: number) => fan.quantiles[levels.indexOf(level)]!
  let inside = 0
  let absolute = 0
  let count = 0
  fan.timesMs.forEach((timeMs, index) => {
    const lead = Math.round((timeMs - fan.originMs) / cadenceMs)
    if (lead < 1 || lead > horizon) return
    const value = fan.values[index]!
    count++
    absolute += Math.abs(value - row(0.5)[lead - 1]!)
    if (value >= row(0.1)[lead - 1]! && value <= row(0.9)[lead - 1]!) inside++
  })
  if (count === 0) return `Weights v${fan.version}; no outcome has come.`
  // As the chart shows it, whatever the figures of the report are in.
  const unit = report.standardised ? " in the values' unit" : ''
  return `Weights v${fan.version}. Of ${countOf(count, 'outcome')} ${shareText(inside / count)} in the 80 % band; mean absolute error ${valueText(absolute / count)}${unit}.`
}
