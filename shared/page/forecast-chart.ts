import uPlot from 'uplot'
import { chartAxes, utcDate } from './chart-axes.js'
import { type ChartData, COLUMN, chartData } from './chart-data.js'
import { drawFuture, drawMarks } from './chart-marks.js'
import { tooltipContent, tooltipLines } from './chart-tooltip.js'
import { type ChosenView, emptyView } from './chosen-view.js'
import { element } from './element.js'
import { lonePoints } from './lone-points.js'
import { themeColour } from './theme.js'

/** The live chart: history, the fan ahead, and what had been said before. */
export class ForecastChart {
  private view: ChosenView = emptyView
  private data: ChartData = chartData(emptyView, 0)
  private plot: uPlot | null = null
  private readonly tooltip = element('div', { class: 'tooltip', role: 'status', hidden: true })

  constructor(private readonly host: HTMLElement) {
    host.tabIndex = 0
    new ResizeObserver(() => this.resize()).observe(host)
    host.addEventListener('keydown', (event) => this.moveByKey(event))
    host.addEventListener('blur', () => this.plot?.setCursor({ left: -10, top: -10 }))
  }

  show(view: ChosenView, originsShown: number): void {
    this.view = view
    this.data = chartData(view, originsShown)
    if (this.plot === null) this.rebuild()
    else this.plot.setData(this.data.columns as uPlot.AlignedData)
    this.tell()
  }

  /** Draw anew in the colours of the theme that shows now. */
  rebuild(): void {
    this.plot?.destroy()
    const { width, height } = this.size()
    this.plot = new uPlot(this.options(width, height), this.data.columns as uPlot.AlignedData, this.host)
    this.plot.over.append(this.tooltip)
  }

  private options(width: number, height: number): uPlot.Options {
    const line = (stroke: string, width = 1, dash?: number[]): uPlot.Series => ({
      stroke: themeColour(stroke),
      width,
      dash,
      points: { show: false },
    })
    const edge: uPlot.Series = { width: 0, points: { show: false } }
    const series: uPlot.Series[] = []
    series[COLUMN.time] = {}
    for (const column of [
      COLUMN.pastUpper,
      COLUMN.pastLower,
      COLUMN.upper95,
      COLUMN.lower95,
      COLUMN.upper80,
      COLUMN.lower80,
      COLUMN.upper50,
      COLUMN.lower50,
    ]) {
      series[column] = { ...edge }
    }
    series[COLUMN.heldUpper] = line('held', 1, [2, 3])
    series[COLUMN.heldLower] = line('held', 1, [2, 3])
    series[COLUMN.median] = line('forecast', 2)
    series[COLUMN.actual] = {
      ...line('ink', 1.5),
      // Few values, or values between gaps, would not be seen as a line.
      points: {
        ...{ show: this.data.columns[0].length < 60, size: 4, fill: themeColour('ink') },
        filter: (_plot, _series, all) => (all ? null : lonePoints(this.data.columns[COLUMN.actual]!)),
      },
    }
    const band = (upper: number, lower: number, fill: string): uPlot.Band => ({
      series: [upper, lower],
      fill: themeColour(fill),
    })
    return {
      width,
      height,
      series,
      bands: [
        band(COLUMN.pastUpper, COLUMN.pastLower, 'past-band'),
        band(COLUMN.upper95, COLUMN.lower95, 'band-95'),
        band(COLUMN.upper80, COLUMN.lower80, 'band-80'),
        band(COLUMN.upper50, COLUMN.lower50, 'band-50'),
      ],
      axes: chartAxes(),
      tzDate: utcDate,
      scales: { x: { time: true }, y: { range: () => [this.data.valueMin, this.data.valueMax] } },
      legend: { show: false },
      padding: [10, 20, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      hooks: {
        drawClear: [(plot) => drawFuture(plot, this.data)],
        draw: [(plot) => drawMarks(plot, this.data)],
        setCursor: [(plot) => this.point(plot)],
      },
    }
  }

  private point(plot: uPlot): void {
    const { idx, left } = plot.cursor
    const time = idx === null || idx === undefined ? undefined : plot.data[0][idx]
    const said =
      time === undefined || (left ?? -1) < 0 ? null : tooltipLines(this.view, Math.round(time * 1000))
    this.tooltip.hidden = said === null
    if (said === null || time === undefined) return
    this.tooltip.replaceChildren(...tooltipContent(said.title, said.lines))
    const at = plot.valToPos(time, 'x')
    const width = this.tooltip.offsetWidth
    const room = plot.over.clientWidth
    const beside = at + 14 + width <= room ? at + 14 : at - 14 - width
    this.tooltip.style.left = `${Math.max(0, Math.min(beside, room - width))}px`
  }

  /** Left and right walk along the values; Home and End go to the first and the last. */
  private moveByKey(event: KeyboardEvent): void {
    const plot = this.plot
    const times = this.data.columns[0]
    if (plot === null || times.length === 0) return
    const from = (plot.cursor.left ?? -1) < 0 ? this.originIndex() : plot.cursor.idx!
    const steps: Record<string, number> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      Home: -times.length,
      End: times.length,
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    let to = Math.max(0, Math.min(times.length - 1, from + step))
    // Points that only break a line have nothing to say.
    while (to + Math.sign(step) in times && tooltipLines(this.view, Math.round(times[to]! * 1000)) === null) {
      to += Math.sign(step)
    }
    plot.setCursor({ left: plot.valToPos(times[to]!, 'x'), top: plot.over.clientHeight / 2 })
  }

  private originIndex(): number {
    const at = this.data.columns[0].indexOf(this.data.originTime ?? Number.NaN)
    return at < 0 ? this.data.columns[0].length - 1 : at
  }

  /** What is drawn, for tests to look at. */
  private tell(): void {
    const { columns, originTime, anomalies, versionChanges, rejections } = this.data
    const drawn = (column: number) => columns[column]!.filter((value) => typeof value === 'number').length
    Object.assign(this.host.dataset, {
      originTime: originTime === null ? '' : String(originTime),
      actuals: String(drawn(COLUMN.actual)),
      leads: String(Math.max(0, drawn(COLUMN.upper80) - 1)),
      heldLeads: String(drawn(COLUMN.heldUpper)),
      anomalies: String(anomalies.length),
      versionChanges: String(versionChanges.length),
      decisions: [...versionChanges, ...rejections].map(({ label }) => label).join(', '),
    })
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(200, this.host.clientWidth), height: Math.max(200, this.host.clientHeight) }
  }

  private resize(): void {
    this.plot?.setSize(this.size())
  }
}
