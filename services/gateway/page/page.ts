import type { ForecastMessage } from '#shared/contracts/forecast'
import { type ChosenView, emptyView, type WeightsMark } from '#shared/page/chosen-view'
import { byId, setText } from '#shared/page/element'
import { ForecastChart } from '#shared/page/forecast-chart'
import { watchTheme } from '#shared/page/theme'
import type { DecisionsAnswer, SeriesRow, StatusAnswer } from '../responses.js'
import { showHeadline, showPanels } from './chosen-panels.js'
import { type ChosenSeries, readDeepLink, writeDeepLink } from './deep-link.js'
import { DriftPanel } from './drift-panel.js'
import { showEmpty } from './empty-states.js'
import { type Connection, GatewayClient, type OriginsEvent } from './gateway-client.js'
import { GradientPanel } from './gradient-panel.js'
import { withForecast, withOrigins } from './grow-view.js'
import { liveText } from './live-text.js'
import { RangePicker } from './range-picker.js'
import { SeriesList } from './series-list.js'
import { StatusStrip } from './status-strip.js'

const STALE_MS = 5_000
const DECISIONS_MS = 4_000

/** The page's state, and the one place where it changes. Drawing waits for the next frame of the screen. */
class Page {
  private readonly list = new SeriesList()
  private readonly strip = new StatusStrip()
  private readonly chart = new ForecastChart(byId('chart'))
  private readonly ranges = new RangePicker(() => this.redraw())
  private readonly client = new GatewayClient({
    forecast: (message) => this.takeForecast(message),
    origins: (event) => this.takeOrigins(event),
    rows: (rows) => this.takeRows(rows),
    status: (status) => this.takeStatus(status),
    connection: (state) => this.takeConnection(state),
  })
  private readonly gradients = new GradientPanel((pipeline) => this.client.gradients(pipeline))
  private readonly drift = new DriftPanel((pipeline, series) => this.client.scores(pipeline, series))
  private decisions: DecisionsAnswer | null = null
  private chosen: ChosenSeries | null = null
  private view: ChosenView = emptyView
  private status: StatusAnswer | null = null
  private connection: Connection = 'connecting'
  private heardAt = performance.now()
  private forecastAt: number | null = null
  private frame = 0

  start(): void {
    watchTheme(byId<HTMLButtonElement>('theme'), () => this.chart.rebuild())
    addEventListener('hashchange', () => this.followLink())
    byId('token-form').addEventListener('submit', (event) => {
      event.preventDefault()
      this.client.setToken(byId<HTMLInputElement>('token').value)
      this.client.follow(this.chosen)
    })
    const opener = byId('open-list')
    opener.addEventListener('click', () => this.openList(opener.getAttribute('aria-expanded') !== 'true'))
    setInterval(() => this.tellConnection(), 1000)
    setInterval(() => void this.askDecisions(), DECISIONS_MS)
    this.chosen = readDeepLink(location.hash)
    if (this.chosen !== null) this.list.choose(this.chosen)
    this.client.follow(this.chosen)
    this.redraw()
  }

  private followLink(): void {
    const linked = readDeepLink(location.hash)
    if (linked === null) return
    this.choose(linked)
    this.openList(false)
  }

  private choose(chosen: ChosenSeries): void {
    this.chosen = chosen
    this.view = emptyView
    this.forecastAt = null
    this.list.choose(chosen)
    this.client.follow(chosen)
    void this.askDecisions()
    this.redraw()
  }

  private async askDecisions(): Promise<void> {
    if (this.chosen === null || document.hidden) return
    const answer = await this.client.decisions(this.chosen.pipeline).catch(() => null)
    if (answer === null) return
    this.decisions = answer
    this.redraw()
  }

  private openList(open: boolean): void {
    byId('open-list').setAttribute('aria-expanded', String(open))
    byId('list-panel').classList.toggle('open', open)
  }

  private takeForecast(message: ForecastMessage): void {
    if (!this.isChosen(message)) return
    this.view = withForecast(this.view, message)
    this.forecastAt = performance.now()
    this.redraw()
  }

  private takeOrigins(event: OriginsEvent): void {
    if (!this.isChosen(event)) return
    this.view = withOrigins(this.view, event)
    this.redraw()
  }

  private takeRows(rows: readonly SeriesRow[]): void {
    this.list.update(rows)
    this.redraw()
    const first = this.list.first()
    if (this.chosen !== null || first === null) return
    history.replaceState(null, '', writeDeepLink(first))
    this.choose(first)
  }

  private takeStatus(status: StatusAnswer): void {
    this.status = status
    this.redraw()
  }

  private takeConnection(state: Connection): void {
    this.heardAt = performance.now()
    if (state !== this.connection) {
      this.connection = state
      this.redraw()
    }
  }

  private isChosen({ pipeline, series }: ChosenSeries): boolean {
    return pipeline === this.chosen?.pipeline && series === this.chosen.series
  }

  private redraw(): void {
    if (this.frame !== 0) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      this.draw()
    })
  }

  private draw(): void {
    this.tellConnection()
    if (this.status !== null) this.strip.show(this.status, this.chosen?.pipeline ?? null)
    const { forecast } = this.view
    byId('empty').hidden = forecast !== null
    byId('chosen').hidden = forecast === null
    setText(byId('open-list'), this.chosen === null ? 'Choose a series' : `Series: ${this.chosen.series}`)
    document.title = this.chosen === null ? 'Foretide' : `${this.chosen.series} · Foretide`
    if (forecast === null) {
      showEmpty(this.connection, this.chosen, this.status)
      return
    }
    showHeadline(forecast, this.list.silentMs(forecast))
    this.ranges.offer(forecast)
    this.chart.show({ ...this.view, decisions: this.marks(forecast.pipeline) }, this.ranges.originsShown)
    showPanels(forecast)
    const { pipeline, series, cadenceMs } = forecast
    const running = this.status?.pipelines.find((each) => each.pipeline === pipeline)
    const servingVersion = running?.servingVersion ?? forecast.weights.version
    this.gradients.show({ pipeline, series, cadenceMs, servingVersion })
    this.drift.show({ pipeline, series, cadenceMs, leads: forecast.scoredLeads })
  }

  private marks(pipeline: string): readonly WeightsMark[] {
    if (this.decisions?.pipeline !== pipeline) return []
    return this.decisions.decisions.flatMap(({ version, kind, time }) =>
      version === null ? [] : [{ version, kind, timeMs: Date.parse(time) }],
    )
  }

  private tellConnection(): void {
    const silentMs = performance.now() - this.heardAt
    const stale = this.connection === 'live' && silentMs > STALE_MS
    const target = byId('connection')
    target.dataset.state = stale ? 'stale' : this.connection
    const silentFor = this.forecastAt === null ? null : performance.now() - this.forecastAt
    const pipeline = this.status?.pipelines.find((each) => each.pipeline === this.chosen?.pipeline)
    const words: Record<Connection, string> = {
      connecting: 'Connecting…',
      live: liveText(silentFor, pipeline?.feed?.done ?? false, this.status?.logAway?.seconds ?? null),
      lost: 'Connection lost, trying again. What you see is old.',
      refused: 'A token is needed',
    }
    setText(
      target,
      stale ? `Stale: nothing heard for ${Math.round(silentMs / 1000)} s` : words[this.connection],
    )
  }
}

new Page().start()
