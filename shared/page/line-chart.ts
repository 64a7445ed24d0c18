import uPlot from 'uplot'
import { axisRange } from './axis-range.js'
import { CHART_FONT, chartAxes, utcDate } from './chart-axes.js'
import { tooltipContent } from './chart-tooltip.js'
import { element } from './element.js'
import { themeColour } from './theme.js'

export interface ChartLine {
  readonly label: string
  /** Name of a colour of the palette. */
  readonly colour: string
  readonly width?: number
  readonly dash?: number[]
  readonly values: readonly (number | null)[]
  /** What the tooltip tells, where that is not what is drawn. */
  readonly told?: readonly (number | null)[]
  /** Fills what lies between this line and the one before it. */
  readonly filled?: boolean
}

/** Something that happened at one place of the x axis. */
export interface ChartMark {
  readonly x: number
  readonly label: string
  readonly colour: string
}

export interface LineChartContent {
  readonly x: readonly number[]
  readonly lines: readonly ChartLine[]
  readonly marks?: readonly ChartMark[]
  /** Values that the axis shows in any case. */
  readonly include?: readonly number[]
}

export interface LineChartOptions {
  /** time: x is in seconds since 1970; number: whole numbers, such as leads. */
  readonly x: 'time' | 'number'
  /** Heading of the tooltip at an x. */
  readonly titleOf: (x: number) => string
  readonly valueText: (value: number) => string
  readonly axisText?: (value: number) => string
}

/** Round numbers, as an axis has them. */
function plainText(value: number): string {
  return String(Number(value.toPrecision(6))).replace('-', '−')
}

/** Lines over a common axis, with marks, and a tooltip that mouse and arrow keys move. */
export class LineChart {
  private plot: uPlot | null = null
  private content: LineChartContent = { x: [], lines: [] }
  private readonly tooltip = element('div', { class: 'tooltip', role: 'status', hidden: true })

  constructor(
    private readonly host: HTMLElement,
    private readonly options: LineChartOptions,
  ) {
    host.tabIndex = 0
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(host)
    host.addEventListener('keydown', (event) => this.moveByKey(event))
    host.addEventListener('blur', () => this.plot?.setCursor({ left: -10, top: -10 }))
  }

  show(content: LineChartContent): void {
    this.content = content
    this.rebuild()
  }

  /** Draw anew, in the colours of the theme that shows now. */
  rebuild(): void {
    this.plot?.destroy()
    const { x, lines } = this.content
    const data = [x, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData
    this.plot = new uPlot(this.plotOptions(), data, this.host)
    this.plot.over.append(this.tooltip)
    this.host.dataset.lines = String(lines.length)
    this.host.dataset.marks = String(this.content.marks?.length ?? 0)
  }

  private plotOptions(): uPlot.Options {
    const { lines, x, include } = this.content
    const [xAxis, yAxis] = chartAxes()
    const range = axisRange(
      lines.flatMap(({ values }) => values),
      include,
    )
    const numbers: Partial<uPlot.Axis> = {
      values: (_plot, marks) => marks.map(String),
      incrs: [1, 2, 4, 6, 12, 24, 48, 96],
    }
    return {
      ...this.size(),
      series: [
        {},
        ...lines.map(({ colour, width = 1.5, dash }) => ({
          stroke: themeColour(colour),
          width,
          dash,
          points: { show: x.length < 2 },
        })),
      ],
      bands: lines.flatMap(({ filled, colour }, index) =>
        filled && index > 0
          ? [{ series: [index + 1, index] as uPlot.Band.Bounds, fill: themeColour(colour) }]
          : [],
      ),
      axes: [
        this.options.x === 'time' ? xAxis! : { ...xAxis!, ...numbers, space: 36, size: 26 },
        {
          ...yAxis!,
          space: 30,
          values: (_plot, marks) => marks.map((mark) => (this.options.axisText ?? plainText)(mark)),
        },
      ],
      tzDate: utcDate,
      scales: {
        x: { time: this.options.x === 'time' },
        y: { range: () => range },
      },
      legend: { show: false },
      padding: [10, 16, 0, 0],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
      hooks: { draw: [(plot) => this.drawMarks(plot)], setCursor: [(plot) => this.point(plot)] },
    }
  }

  private drawMarks(plot: uPlot): void {
    const { ctx, bbox } = plot
    const scale = devicePixelRatio
    ctx.save()
    ctx.font = `${11 * scale}px ${CHART_FONT}`
    ctx.textBaseline = 'top'
    ctx.textAlign = 'left'
    const ends: number[] = []
    for (const { x, label, colour } of this.content.marks ?? []) {
      const at = Math.round(plot.valToPos(x, 'x', true)) + 0.5
      ctx.strokeStyle = themeColour(colour)
      ctx.fillStyle = themeColour(colour)
      ctx.lineWidth = scale
      ctx.setLineDash([3 * scale, 4 * scale])
      ctx.beginPath()
      ctx.moveTo(at, bbox.top)
      ctx.lineTo(at, bbox.top + bbox.height)
      ctx.stroke()
      ctx.setLineDash([])
      const width = ctx.measureText(label).width + 8 * scale
      // The first row that has room; a label that finds none is left out, its line stays.
      const row = [0, 1, 2].find((one) => at >= (ends[one] ?? Number.NEGATIVE_INFINITY))
      if (row === undefined || label === '') continue
      ends[row] = at + width
      const left = Math.min(at, bbox.left + bbox.width - width)
      ctx.fillRect(left, bbox.top + row * 18 * scale, width, 16 * scale)
      ctx.fillStyle = themeColour('panel')
      ctx.fillText(label, left + 4 * scale, bbox.top + (3 + row * 18) * scale)
    }
    ctx.restore()
  }

  private point(plot: uPlot): void {
    const { idx, left } = plot.cursor
    const at = idx ?? -1
    const x = this.content.x[at]
    this.tooltip.hidden = x === undefined || (left ?? -1) < 0
    if (x === undefined || this.tooltip.hidden) return
    const lines = this.content.lines.flatMap(({ label, values, told = values }) => {
      const value = told[at]
      return typeof value === 'number' && label !== ''
        ? [[label, this.options.valueText(value)] as const]
        : []
    })
    this.tooltip.replaceChildren(...tooltipContent(this.options.titleOf(x), lines))
    const position = plot.valToPos(x, 'x')
    const width = this.tooltip.offsetWidth
    const room = plot.over.clientWidth
    const beside = position + 14 + width <= room ? position + 14 : position - 14 - width
    this.tooltip.style.left = `${Math.max(0, Math.min(beside, room - width))}px`
  }

  private moveByKey(event: KeyboardEvent): void {
    const { plot } = this
    const { x } = this.content
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -x.length, End: x.length }[event.key]
    if (plot === null || step === undefined || x.length === 0) return
    event.preventDefault()
    const from = (plot.cursor.left ?? -1) < 0 ? (step > 0 ? -1 : x.length) : plot.cursor.idx!
    const to = Math.max(0, Math.min(x.length - 1, from + step))
    plot.setCursor({ left: plot.valToPos(x[to]!, 'x'), top: plot.over.clientHeight / 2 })
  }

  private size(): { width: number; height: number } {
    return { width: Math.max(160, this.host.clientWidth), height: Math.max(120, this.host.clientHeight) }
  }
}
