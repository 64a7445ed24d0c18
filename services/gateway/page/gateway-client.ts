import type { ForecastMessage } from '#shared/contracts/forecast'
import type { OriginRow } from '#shared/page/origin-row'
import type { DecisionsAnswer, GradientsAnswer, ScoresAnswer, SeriesRow, StatusAnswer } from '../responses.js'
import { EventReader } from './read-events.js'

export interface OriginsEvent {
  readonly series: string
  readonly pipeline: string
  readonly cadenceMs: number
  /** The rows replace all that came before. */
  readonly startOver: boolean
  readonly rows: readonly OriginRow[]
}

export type Connection = 'connecting' | 'live' | 'lost' | 'refused'

export interface GatewayListener {
  forecast(message: ForecastMessage): void
  origins(event: OriginsEvent): void
  rows(rows: readonly SeriesRow[]): void
  status(status: StatusAnswer): void
  connection(state: Connection): void
}

const SILENCE_MS_MAX = 6_000
const RETRY_MS = [300, 1_000, 2_000, 4_000]
const TOKEN_KEY = 'foretide.token'

/** Holds one event stream open to the gateway, and opens it again whenever it ends. */
export class GatewayClient {
  private current: AbortController | null = null
  private failures = 0

  constructor(private readonly listener: GatewayListener) {}

  /** Hear of the list and the status, and in full of the chosen series. */
  follow(chosen: { pipeline: string; series: string } | null): void {
    this.current?.abort()
    const current = new AbortController()
    this.current = current
    const query = new URLSearchParams({ events: 'forecast,origins,series,status', ...(chosen ?? {}) })
    if (chosen === null) query.set('events', 'series,status')
    void this.keepOpen(`/v1/forecasts?${query}`, current.signal)
  }

  setToken(token: string): void {
    sessionStorage.setItem(TOKEN_KEY, token)
  }

  /** How far back the serving weights' loss reaches; null when the gateway does not say. */
  gradients(pipeline: string): Promise<GradientsAnswer | null> {
    return get(`/v1/pipelines/${encodeURIComponent(pipeline)}/gradients`)
  }

  /** What was decided on weights; null when the gateway does not say. */
  decisions(pipeline: string): Promise<DecisionsAnswer | null> {
    return get(`/v1/pipelines/${encodeURIComponent(pipeline)}/decisions`)
  }

  /** Bias and drift of a series; null when the gateway does not say. */
  scores(pipeline: string, series: string): Promise<ScoresAnswer | null> {
    const query = new URLSearchParams({ pipeline })
    return get(`/v1/series/${encodeURIComponent(series)}/scores?${query}`)
  }

  private async keepOpen(path: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const attempt = new AbortController()
      signal.addEventListener('abort', () => attempt.abort(), { once: true })
      const refused = await this.readStream(path, attempt).catch(() => false)
      if (signal.aborted) return
      if (refused) return this.listener.connection('refused')
      this.listener.connection('lost')
      const waitMs = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]!
      this.failures += 1
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }

  /** @returns true when the gateway wants a token */
  private async readStream(path: string, attempt: AbortController): Promise<boolean> {
    let silence = setTimeout(() => attempt.abort(), SILENCE_MS_MAX)
    try {
      const response = await fetch(path, {
        signal: attempt.signal,
        cache: 'no-store',
        headers: authorization(),
      })
      if (response.status === 401) return true
      if (!response.ok || response.body === null) return false
      const events = new EventReader()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      for (;;) {
        const { value, done } = await reader.read()
        if (done) return false
        clearTimeout(silence)
        silence = setTimeout(() => attempt.abort(), SILENCE_MS_MAX)
        this.failures = 0
        this.listener.connection('live')
        for (const event of events.read(value)) this.hand(event.name, event.data)
      }
    } finally {
      clearTimeout(silence)
      attempt.abort()
    }
  }

  private hand(name: string, data: string): void {
    const content: unknown = JSON.parse(data)
    if (name === 'message') this.listener.forecast(content as ForecastMessage)
    if (name === 'origins') this.listener.origins(content as OriginsEvent)
    if (name === 'series') this.listener.rows(content as SeriesRow[])
    if (name === 'status') this.listener.status(content as StatusAnswer)
  }
}

async function get<Answer>(path: string): Promise<Answer | null> {
  const response = await fetch(path, { cache: 'no-store', headers: authorization() })
  return response.ok ? ((await response.json()) as Answer) : null
}

function authorization(): Record<string, string> {
  const token = sessionStorage.getItem(TOKEN_KEY)
  return token === null ? {} : { authorization: `Bearer ${token}` }
}
