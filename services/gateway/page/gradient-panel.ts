import { byId, element, setText } from '#shared/page/element'
import type { GradientFlowFigures, SeriesGradientNorms } from '#shared/recurrent/gradient-flow-figures'
import type { GradientsAnswer } from '../responses.js'
import { cellWords, normText, panelAbout, panelWords, powerText, rowsOf } from './gradient-words.js'
import { type HeatCell, HeatMap } from './heat-map.js'
import { HEAT_STEPS, heatMarks, heatScaleOf } from './heat-scale.js'

/** Lags that the table of numbers gives. */
const TABLE_LAGS = [0, 1, 2, 4, 8, 16, 31]
/** The gateway may read a version's record a moment after it serves; after so many answers without a picture there is none. */
const TRIES_MAX = 4
const RETRY_MS = 3_000
const HINT = 'Point at a cell, or use the arrow keys, to read it.'

export interface GradientView {
  readonly pipeline: string
  readonly series: string
  readonly cadenceMs: number
  readonly servingVersion: number
}

/** The panel that shows how far back through time the loss of the serving weights reaches. */
export class GradientPanel {
  private readonly map = new HeatMap(byId('flow-map'), (cell) => this.read(cell))
  private asked = ''
  private tries = 0
  private answer: GradientsAnswer | null = null
  private view: GradientView | null = null
  private drawn: unknown[] = []
  private rows: readonly SeriesGradientNorms[] = []

  /** @param ask the gateway's answer of a pipeline; null when there is none to be had */
  constructor(private readonly ask: (pipeline: string) => Promise<GradientsAnswer | null>) {}

  /** Cheap where nothing changed: it is called with every forecast. */
  show(view: GradientView): void {
    this.view = view
    const asking = `${view.servingVersion}/${view.pipeline}`
    if (asking !== this.asked) {
      if (this.answer?.pipeline !== view.pipeline) this.answer = null
      this.asked = asking
      this.tries = 0
      void this.fetch(asking)
    }
    this.draw()
  }

  private async fetch(asking: string): Promise<void> {
    while (this.asked === asking && this.tries < TRIES_MAX) {
      this.tries += 1
      const answer = await this.ask(this.view!.pipeline).catch(() => null)
      if (this.asked !== asking) return
      if (answer !== null) {
        this.answer = answer
        this.draw()
        if (answer.gradientFlow !== null || answer.version === 0) return
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    }
  }

  private draw(): void {
    const { answer, view } = this
    if (view === null) return
    const drawn = [answer, view.series, view.cadenceMs]
    if (drawn.length === this.drawn.length && drawn.every((each, index) => each === this.drawn[index])) return
    this.drawn = drawn
    const flow = answer?.gradientFlow ?? null
    setText(byId('flow-says'), panelWords(answer, view.cadenceMs))
    setText(byId('flow-about'), answer === null ? '' : panelAbout(answer))
    byId('flow-figure').hidden = flow === null
    if (flow !== null) this.drawFlow(flow, view)
  }

  private drawFlow(flow: GradientFlowFigures, view: GradientView): void {
    this.rows = rowsOf(flow, view.series)
    const scale = heatScaleOf(flow)
    const isChosen = (row: SeriesGradientNorms) => row.series === view.series
    byId('flow-names').replaceChildren(
      ...this.rows.map((row) =>
        element(
          'li',
          isChosen(row) ? { class: 'chosen-row', title: row.series } : { title: row.series },
          element('bdi', {}, row.series),
        ),
      ),
    )
    this.map.show(this.rows, scale)
    byId('flow-axis').replaceChildren(...axisMarks(flow.lags))
    byId('flow-scale').replaceChildren(
      ...Array.from({ length: HEAT_STEPS }, (_, step) => element('i', { class: `heat-${step}` })),
    )
    const share = (power: number) => (power - scale.low) / (scale.high - scale.low)
    byId('flow-marks').replaceChildren(
      ...heatMarks(scale).map((power) => tickAt(share(power), powerText(power))),
    )
    setText(
      byId('flow-missing'),
      this.rows.some(isChosen) ? '' : `${view.series} is not among those measured.`,
    )
    showNumbers(flow.lags, this.rows)
    this.read(null)
  }

  private read(cell: HeatCell | null): void {
    const row = cell === null ? undefined : this.rows[cell.row]
    const lag = cell === null ? undefined : this.answer?.gradientFlow?.lags[cell.column]
    const known = cell !== null && row !== undefined && lag !== undefined && this.view !== null
    setText(byId('flow-readout'), known ? cellWords(row, cell.column, lag, this.view!.cadenceMs) : HINT)
  }
}

/** Numbers under about every eighth column, each below its column's middle. */
function axisMarks(lags: readonly number[]): HTMLElement[] {
  const marked = lags.map((lag, place) => ({ lag, place })).filter(({ place }) => place % 8 === 0)
  const last = lags.length - 1
  if (last % 8 >= 4) marked.push({ lag: lags[last]!, place: last })
  return marked.map(({ lag, place }) => tickAt((place + 0.5) / lags.length, String(lag)))
}

function tickAt(share: number, text: string): HTMLElement {
  const tick = element('span', { class: 'flow-tick' }, text)
  tick.style.left = `${share * 100}%`
  return tick
}

/** The picture as a table, for who cannot see it or wants the numbers. */
function showNumbers(lags: readonly number[], rows: readonly SeriesGradientNorms[]): void {
  const places = TABLE_LAGS.map((lag) => lags.indexOf(lag)).filter((place) => place >= 0)
  byId('flow-numbers').replaceChildren(
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'series'),
        ...places.map((place) => element('th', { scope: 'col' }, `lag ${lags[place]}`)),
      ),
    ),
    element(
      'tbody',
      {},
      ...rows.map(({ series, norms }) =>
        element(
          'tr',
          {},
          element('th', { scope: 'row' }, series),
          ...places.map((place) => element('td', {}, normText(norms[place]!))),
        ),
      ),
    ),
  )
}
