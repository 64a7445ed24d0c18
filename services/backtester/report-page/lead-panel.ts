import { byId, element, setText } from '#shared/page/element'
import { expertColours } from '#shared/page/expert-colours'
import { LineChart } from '#shared/page/line-chart'
import { spanText, valueText } from '#shared/page/words'
import type { ErrorSummary } from '#shared/scoring/error-sums'
import type { ReportData } from '../report/report-data.js'
import { STANDARDISED } from '../standardised-text.js'
import { rmse } from './rmse.js'
import { unknownText } from './unknown-text.js'

const MEASURES = [
  { name: 'MAE', of: ({ mae }: ErrorSummary) => mae },
  { name: 'RMSE', of: rmse },
  { name: 'MASE', of: ({ mase }: ErrorSummary) => mase },
] as const

interface Forecaster {
  readonly name: string
  readonly colour: string
  readonly own: boolean
  readonly all: ErrorSummary
  readonly byLead: Readonly<Record<string, ErrorSummary>>
}

/** Errors by lead as lines, and over all leads as a table. */
export class LeadPanel {
  private measure: (typeof MEASURES)[number] = MEASURES[0]
  private readonly chart: LineChart
  private readonly forecasters: readonly Forecaster[]
  private readonly hidden: Set<string>

  constructor(private readonly data: ReportData) {
    this.forecasters = forecastersOf(data)
    this.hidden = new Set(
      this.forecasters.filter(({ own, name }) => !own && !DRAWN.includes(name)).map(({ name }) => name),
    )
    this.chart = new LineChart(byId('leads'), {
      x: 'number',
      titleOf: (lead) => `lead ${lead} (${spanText(lead * data.cadenceMs)})`,
      valueText,
    })
    const choices = MEASURES.map((measure) => {
      const input = element('input', {
        ...{ type: 'radio', name: 'measure', value: measure.name },
        checked: measure === this.measure,
      })
      input.addEventListener('change', () => {
        this.measure = measure
        this.draw()
      })
      return element('label', {}, input, element('span', {}, measure.name))
    })
    byId('measures').append(...choices)
    this.draw()
  }

  rebuild(): void {
    this.chart.rebuild()
  }

  private draw(): void {
    const { horizon } = this.data
    const leads = Array.from({ length: horizon }, (_, h) => h + 1)
    const { name: measured, of } = this.measure
    const drawn = this.forecasters.filter(({ name }) => !this.hidden.has(name))
    const lines = drawn.map(({ name, colour, own, byLead }) => ({
      ...{ label: name, colour, width: own ? 2.5 : 1.5, dash: own ? [] : [5, 3] },
      values: leads.map((lead) => finite(of(byLead[lead]!))),
    }))
    const known = this.forecasters.some(({ all }) => Number.isFinite(of(all)))
    setText(
      byId('leads-about'),
      known
        ? `${measured} over all series and origins${this.unit(measured)}; the simple methods are computed apart from the line.`
        : unknownText(measured),
    )
    this.chart.show({ x: leads, lines, include: [0] })
    byId('leads-legend').replaceChildren(...this.forecasters.map((each) => this.legendEntry(each)))
    this.table()
  }

  private unit(measured: string): string {
    return this.data.runs[0]!.report.standardised && measured !== 'MASE' ? `, ${STANDARDISED}` : ''
  }

  /** A button that takes the line away or puts it back: a bad one presses the others flat. */
  private legendEntry({ name, colour, own }: Forecaster): HTMLElement {
    const key = element('i', { class: own ? 'key line' : 'key line dashed' })
    key.style.color = `var(--${colour})`
    const shown = !this.hidden.has(name)
    const button = element('button', { type: 'button', 'aria-pressed': String(shown) }, key, name)
    button.addEventListener('click', () => {
      if (shown) this.hidden.add(name)
      else this.hidden.delete(name)
      this.draw()
      byId('leads-legend')
        .querySelectorAll('button')
        [this.forecasters.findIndex((one) => one.name === name)]?.focus()
    })
    return element('li', {}, button)
  }

  private table(): void {
    const { of } = this.measure
    const own = of(this.forecasters[0]!.all)
    const rows = [...this.forecasters].sort((a, b) => of(a.all) - of(b.all))
    byId('forecasters').replaceChildren(
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...['forecaster', 'MAE', 'RMSE', 'MASE', 'Foretide errs'].map((title) =>
            element('th', { scope: 'col' }, title),
          ),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ name, all, own: isOwn }) => {
          const change = own / of(all) - 1
          const words = name === this.forecasters[0]!.name ? '' : percentText(change)
          const kind = words === EQUAL ? null : change <= 0 ? 'better' : 'worse'
          return element(
            'tr',
            { class: isOwn ? 'own' : null },
            element('th', { scope: 'row' }, name),
            ...MEASURES.map((measure) => element('td', {}, valueText(measure.of(all)))),
            element('td', { class: kind }, words),
          )
        }),
      ),
    )
  }
}

/** What rounds to no difference. */
const EQUAL = 'as much'
/** Lines that are there at first. */
const DRAWN = ['persistence', 'seasonal', 'seasonal-week', 'autoregression']

function forecastersOf({ runs }: ReportData): Forecaster[] {
  const own = runs.map(({ name, report }, index) => ({
    name: runs.length > 1 ? `Foretide, ${name}` : 'Foretide',
    colour: index === 0 ? 'forecast' : 'held',
    ...{ own: true, all: report, byLead: report.byLead },
  }))
  const experts = Object.entries(runs[0]!.report.experts)
  const colours = expertColours(experts.map(([name]) => name))
  const others = experts.map(([name, { byLead, ...all }]) => ({
    ...{ name, colour: colours.get(name)!, own: false, all, byLead },
  }))
  return [...own, ...others]
}

/** How much less, or more, than this one Foretide errs. */
function percentText(change: number): string {
  if (!Number.isFinite(change)) return ''
  if (Math.abs(change) < 0.0005) return EQUAL
  return `${Math.abs(change * 100).toFixed(1)} % ${change > 0 ? 'more' : 'less'}`
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
