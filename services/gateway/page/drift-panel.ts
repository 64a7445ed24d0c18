import { byId, element } from '#shared/page/element'
import { spanText } from '#shared/page/words'
import type { ScoresAnswer } from '../responses.js'
import { biasVerdict, driftVerdict } from './drift-words.js'

export interface DriftView {
  readonly pipeline: string
  readonly series: string
  readonly cadenceMs: number
  /** Leads that are shown, of those that are scored. */
  readonly leads: readonly number[]
}

const ASK_MS = 3_000
/** Half widths that the bar reaches to either side. */
const BAR_WIDTHS = 0.5

/** Bias and drift of the chosen series, by lead; asked for while the page is looked at. */
export class DriftPanel {
  private view: DriftView | null = null
  private answer: ScoresAnswer | null = null

  constructor(private readonly ask: (pipeline: string, series: string) => Promise<ScoresAnswer | null>) {
    setInterval(() => void this.fetch(), ASK_MS)
  }

  show(view: DriftView): void {
    const same = view.pipeline === this.view?.pipeline && view.series === this.view.series
    this.view = view
    if (same) return
    this.answer = null
    this.draw()
    void this.fetch()
  }

  private async fetch(): Promise<void> {
    const { view } = this
    if (view === null || document.hidden) return
    const answer = await this.ask(view.pipeline, view.series).catch(() => null)
    if (answer === null || this.view?.series !== answer.series || this.view.pipeline !== answer.pipeline)
      return
    this.answer = answer
    this.draw()
  }

  private draw(): void {
    const { view, answer } = this
    if (view === null) return
    const rows = view.leads.map((lead) => {
      const found = answer?.leads.find((one) => one.lead === lead)
      const [bias, drift] = [biasVerdict(found?.bias ?? null), driftVerdict(found?.drift ?? null)]
      return element(
        'tr',
        {},
        element('th', { scope: 'row' }, spanText(lead * view.cadenceMs)),
        element('td', { class: `verdict ${bias.kind}` }, bias.text, biasBar(found?.bias ?? null)),
        element('td', { class: `verdict ${drift.kind}` }, drift.text),
      )
    })
    byId('drift')
      .querySelector('tbody')!
      .replaceChildren(...rows)
  }
}

/** From the middle to the side on which outcomes lie: to the right, above the median. */
function biasBar(bias: number | null): HTMLElement | null {
  if (bias === null) return null
  const share = (Math.max(-BAR_WIDTHS, Math.min(BAR_WIDTHS, bias)) / BAR_WIDTHS) * 50
  const fill = element('i')
  fill.style.left = `${Math.min(50, 50 + share)}%`
  fill.style.width = `${Math.abs(share)}%`
  return element('span', { class: 'bias-bar', 'aria-hidden': 'true' }, fill, element('b'))
}
