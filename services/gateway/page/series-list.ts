import { byId, element, setText } from '#shared/page/element'
import { countText, skillVerdict, valueText } from '#shared/page/words'
import type { SeriesRow } from '../responses.js'
import { type ChosenSeries, writeDeepLink } from './deep-link.js'
import { silentText } from './silent-text.js'
import { SparkLine } from './spark-line.js'

/** Rows in the document at once; a search narrows down the rest. */
const ROWS_MAX = 400
const MARKS = { better: '▲', worse: '▼', level: '＝', none: '·', silent: '○' }

interface RowView {
  readonly root: HTMLAnchorElement
  readonly mark: HTMLElement
  readonly verdict: HTMLElement
  readonly anomaly: HTMLElement
  readonly spark: SparkLine
}

/** The list of series: filter, search, spark line and skill of each. Choosing one is following its link. */
export class SeriesList {
  private readonly rows = new Map<string, SeriesRow>()
  private readonly views = new Map<string, RowView>()
  private readonly search = byId<HTMLInputElement>('search')
  private readonly filter = byId<HTMLSelectElement>('pipeline-filter')
  private readonly list = byId('list')
  private chosen = ''
  private shownKeys = ''

  constructor() {
    this.search.addEventListener('input', () => this.layOut())
    this.filter.addEventListener('change', () => this.layOut())
    this.list.addEventListener('keydown', (event) => this.moveByKey(event))
  }

  get size(): number {
    return this.rows.size
  }

  /** The first series there is, to begin with. */
  first(): ChosenSeries | null {
    return this.sorted()[0] ?? null
  }

  /** For how long a series has been silent; null where it is not, or is not listed. */
  silentMs(series: ChosenSeries): number | null {
    return this.rows.get(writeDeepLink(series))?.silentMs ?? null
  }

  update(rows: readonly SeriesRow[]): void {
    let added = false
    for (const row of rows) {
      const key = writeDeepLink(row)
      added ||= !this.rows.has(key)
      this.rows.set(key, row)
      const view = this.views.get(key)
      if (view !== undefined) show(view, row)
    }
    if (added) this.layOut()
  }

  choose(chosen: ChosenSeries): void {
    this.views.get(this.chosen)?.root.removeAttribute('aria-current')
    this.chosen = writeDeepLink(chosen)
    this.views.get(this.chosen)?.root.setAttribute('aria-current', 'true')
    this.bringIntoSight()
  }

  /** Scroll the list, and only the list, to the chosen row. */
  private bringIntoSight(): void {
    const row = this.views.get(this.chosen)?.root
    if (row === undefined || !row.isConnected) return
    const { top, bottom, height } = this.list.getBoundingClientRect()
    const at = row.getBoundingClientRect()
    if (at.top < top + at.height || at.bottom > bottom) this.list.scrollTop += at.top - top - height / 3
  }

  private sorted(): SeriesRow[] {
    return [...this.rows.values()].sort(
      (a, b) => compare(a.pipeline, b.pipeline) || compare(a.series, b.series),
    )
  }

  private layOut(): void {
    const all = this.sorted()
    const pipelines = [...new Set(all.map((row) => row.pipeline))]
    this.offerPipelines(pipelines)
    const wanted = this.search.value.trim().toLowerCase()
    const found = all.filter(
      (row) =>
        (this.filter.value === '' || this.filter.hidden || row.pipeline === this.filter.value) &&
        row.series.toLowerCase().includes(wanted),
    )
    const shown = found.slice(0, ROWS_MAX)
    const keys = JSON.stringify(shown.map(writeDeepLink))
    if (keys !== this.shownKeys) {
      this.shownKeys = keys
      this.list.replaceChildren(
        ...pipelines
          .map((pipeline) =>
            this.group(
              pipeline,
              shown.filter((row) => row.pipeline === pipeline),
            ),
          )
          .filter((group) => group !== null),
      )
    }
    if (this.search.value === '') this.bringIntoSight()
    setText(byId('list-note'), noteOf(shown.length, found.length, all.length, this.search.value.trim()))
  }

  private group(pipeline: string, rows: SeriesRow[]): HTMLElement | null {
    if (rows.length === 0) return null
    const items = rows.map((row) => element('li', {}, this.viewOf(row).root))
    const title = element('h2', {}, pipeline, element('small', {}, `${countText(rows.length)} series`))
    return element('section', {}, title, element('ul', {}, ...items))
  }

  private viewOf(row: SeriesRow): RowView {
    const key = writeDeepLink(row)
    let view = this.views.get(key)
    if (view === undefined) {
      const mark = element('span', { class: 'mark', 'aria-hidden': 'true' })
      const verdict = element('span')
      const anomaly = element('span', { class: 'row-anomaly', hidden: true }, '◆ anomaly')
      const spark = new SparkLine()
      const name = element('span', { class: 'row-name' }, element('bdi', {}, row.series))
      const skill = element('span', { class: 'row-skill' }, mark, verdict)
      const texts = element('span', { class: 'row-texts' }, name, skill)
      const root = element(
        'a',
        { class: 'row', href: key },
        texts,
        element('span', { class: 'row-end' }, spark.root, anomaly),
      )
      view = { root, mark, verdict, anomaly, spark }
      if (key === this.chosen) root.setAttribute('aria-current', 'true')
      this.views.set(key, view)
    }
    show(view, row)
    return view
  }

  private offerPipelines(pipelines: string[]): void {
    if (this.filter.options.length === pipelines.length + 1) return
    const chosen = this.filter.value
    const option = (value: string, text: string) => element('option', { value }, text)
    this.filter.replaceChildren(option('', 'All pipelines'), ...pipelines.map((name) => option(name, name)))
    this.filter.value = pipelines.includes(chosen) ? chosen : ''
    this.filter.hidden = pipelines.length < 2
  }

  private moveByKey(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined) return
    const links = [...this.list.querySelectorAll<HTMLAnchorElement>('a.row')]
    const next = links[links.indexOf(document.activeElement as HTMLAnchorElement) + step]
    if (next === undefined) return
    event.preventDefault()
    next.focus()
  }
}

function show(view: RowView, row: SeriesRow): void {
  const verdict =
    row.silentMs === null
      ? skillVerdict(row.skill)
      : ({ kind: 'silent', text: silentText(row.silentMs) } as const)
  view.root.dataset.skill = verdict.kind
  view.root.title = `${row.series}: last value ${valueText(row.lastValue)}`
  setText(view.mark, MARKS[verdict.kind])
  setText(view.verdict, verdict.text)
  view.anomaly.hidden = !row.anomaly
  view.spark.show(row.spark, row.anomaly)
}

function noteOf(shown: number, found: number, all: number, wanted: string): string {
  if (all === 0) return 'No series yet.'
  if (found === 0) return `No series is called anything like “${wanted}”.`
  if (shown < found) return `${countText(shown)} of ${countText(found)} series shown: search to narrow down.`
  return found < all ? `${countText(found)} of ${countText(all)} series` : ''
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
