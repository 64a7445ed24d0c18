import type uPlot from 'uplot'
import { CHART_FONT } from './chart-axes.js'
import type { ChartData } from './chart-data.js'
import { themeColour } from './theme.js'

/** Tint the time that is still to come. Drawn first, under everything. */
export function drawFuture(plot: uPlot, { originTime }: ChartData): void {
  if (originTime === null) return
  const { left, top, width, height } = plot.bbox
  const from = Math.max(left, plot.valToPos(originTime, 'x', true))
  plot.ctx.save()
  plot.ctx.fillStyle = themeColour('future')
  plot.ctx.fillRect(from, top, Math.max(0, left + width - from), height)
  plot.ctx.restore()
}

/** Mark the last origin, each decision on weights, and each anomaly. Drawn last, over everything. */
export function drawMarks(plot: uPlot, data: ChartData): void {
  const { ctx, bbox } = plot
  const scale = devicePixelRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  ctx.lineWidth = scale
  ctx.font = `${11 * scale}px ${CHART_FONT}`
  ctx.textBaseline = 'top'
  ctx.textAlign = 'left'

  const upright = (time: number, colour: string, dash: number[]) => {
    const x = Math.round(plot.valToPos(time, 'x', true)) + 0.5
    ctx.strokeStyle = colour
    ctx.setLineDash(dash.map((length) => length * scale))
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
    ctx.setLineDash([])
    return x
  }
  if (data.originTime !== null) upright(data.originTime, themeColour('ink-soft'), [])

  let labelEnd = Number.NEGATIVE_INFINITY
  const decisions = [
    ...data.versionChanges.map((change) => ({ ...change, colour: themeColour('version') })),
    ...data.rejections.map((rejection) => ({ ...rejection, colour: themeColour('ink-soft') })),
  ].sort((a, b) => a.time - b.time)
  for (const { time, label, colour } of decisions) {
    const x = upright(time, colour, [3, 4])
    const width = ctx.measureText(label).width + 8 * scale
    // A label that would cover the one before is left out; its line stays.
    if (x < labelEnd) continue
    ctx.fillStyle = colour
    ctx.fillRect(x, bbox.top, width, 16 * scale)
    ctx.fillStyle = themeColour('panel')
    ctx.fillText(label, x + 4 * scale, bbox.top + 3 * scale)
    labelEnd = x + width
  }

  ctx.lineWidth = 2 * scale
  ctx.strokeStyle = themeColour('anomaly')
  ctx.fillStyle = themeColour('panel')
  for (const { time, value } of data.anomalies) {
    const x = plot.valToPos(time, 'x', true)
    const y = plot.valToPos(value, 'y', true)
    const size = 5.5 * scale
    ctx.beginPath()
    ctx.moveTo(x, y - size)
    ctx.lineTo(x + size, y)
    ctx.lineTo(x, y + size)
    ctx.lineTo(x - size, y)
    ctx.closePath()
    ctx.fill()
    ctx.stroke()
  }
  ctx.restore()
}
