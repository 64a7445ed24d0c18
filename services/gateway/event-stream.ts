import type { SSEStreamingApi } from 'hono/streaming'
import type { Clock } from '#shared/clock/clock'
import type { ForecastBoard, ShownSeries } from './forecast-board.js'
import type { StatusAnswer } from './responses.js'
import { RowQueue } from './row-queue.js'

/** What a client asked to hear. */
export interface Subscription {
  readonly pipeline?: string
  readonly series?: string
  readonly events: ReadonlySet<EventName>
}

/** `forecast` events have no name on the wire, so that `EventSource.onmessage` hears them. */
export const EVENT_NAMES = ['forecast', 'origins', 'series', 'status'] as const
export type EventName = (typeof EVENT_NAMES)[number]

/** Forecasts are gathered for this long, so that a burst costs one write. */
const GATHER_MS = 80
const SECOND_MS = 1000
const HEARTBEAT_MS = 15_000
/** Rows of the list in one event; the rest follows a second later. */
const ROWS_MAX = 250

/**
 * Send one client what it asked for until it leaves or `closing` aborts.
 *
 * What waits for a slow client is a set of series, not of messages: of each only the last forecast is ever sent, so
 * that no client can make the gateway's memory grow.
 */
export async function sendEvents(options: {
  readonly stream: SSEStreamingApi
  readonly subscription: Subscription
  readonly board: ForecastBoard
  readonly status: () => StatusAnswer
  readonly clock: Clock
  readonly closing: AbortSignal
}): Promise<void> {
  const { stream, subscription, board, status, clock, closing } = options
  const { pipeline, series, events } = subscription
  const ended = new AbortController()
  stream.onAbort(() => ended.abort())
  const close = () => ended.abort()
  closing.addEventListener('abort', close)
  if (closing.aborted) close()

  const chosen = (shown: ShownSeries) =>
    (pipeline === undefined || shown.pipeline === pipeline) &&
    (series === undefined || shown.series === series)
  const all = board.list()
  const forecasts = new Set(all.filter(chosen))
  const rows = new RowQueue(board)
  const sentOrigins = new Map<ShownSeries, { generation: number; added: number }>()
  // Cuts the wait short: made anew for every wait, so that nothing gathers on a signal that lives long.
  let wake = new AbortController()
  ended.signal.addEventListener('abort', () => wake.abort())
  const stopListening = board.listen((shown) => {
    rows.add(shown)
    if (!chosen(shown)) return
    forecasts.add(shown)
    wake.abort()
  })

  let tickAt = clock.now()
  let heartbeatAt = tickAt + HEARTBEAT_MS
  try {
    await stream.write('retry: 1000\n\n')
    while (!ended.signal.aborted) {
      const now = clock.now()
      if (now >= tickAt) {
        tickAt = now + SECOND_MS
        if (events.has('status')) await stream.write(eventText('status', JSON.stringify(status())))
        if (events.has('series')) await stream.write(eventText('series', JSON.stringify(rows.take(ROWS_MAX))))
      }
      if (now >= heartbeatAt) {
        heartbeatAt = now + HEARTBEAT_MS
        await stream.write(': still here\n\n')
      }
      // Those of now: what comes while they are written waits its turn, or a client that is slow would hear of nothing else.
      for (const shown of [...forecasts]) {
        if (ended.signal.aborted) break
        forecasts.delete(shown)
        if (events.has('origins')) {
          const text = newOrigins(shown, sentOrigins)
          if (text !== null) await stream.write(text)
        }
        if (events.has('forecast')) await stream.write(messageText(shown.message))
      }
      wake = new AbortController()
      const waitMs = Math.max(0, tickAt - clock.now())
      if (forecasts.size === 0) await clock.sleep(waitMs, wake.signal)
      if (forecasts.size > 0) await clock.sleep(GATHER_MS, ended.signal)
    }
  } finally {
    stopListening()
    closing.removeEventListener('abort', close)
  }
}

/**
 * The origins that this client has not had yet, none left out however slow it is (within what the ring holds).
 * Rows are [time in ms, value, one-step median, lower, upper, anomaly 0 or 1, weights version].
 */
function newOrigins(
  shown: ShownSeries,
  sent: Map<ShownSeries, { generation: number; added: number }>,
): string | null {
  const { generation, added } = shown.origins
  const last = sent.get(shown)
  const startOver = last === undefined || last.generation !== generation
  if (!startOver && last.added === added) return null
  sent.set(shown, { generation, added })
  const orNull = (value: number) => (Number.isFinite(value) ? value : null)
  const rows = shown.origins
    .list(startOver ? 0 : last.added)
    .map((o) => [
      o.timeMs,
      o.value,
      orNull(o.median),
      orNull(o.lower),
      orNull(o.upper),
      Number(o.anomaly),
      o.weightsVersion,
    ])
  const { series, pipeline, cadenceMs } = shown
  return eventText('origins', JSON.stringify({ series, pipeline, cadenceMs, startOver, rows }))
}

function messageText(message: Buffer): string {
  const text = message.toString('utf8')
  // A line break would end the event; between JSON's own tokens a space says the same.
  return `data: ${text.includes('\n') || text.includes('\r') ? text.replace(/[\r\n]+/g, ' ') : text}\n\n`
}

function eventText(name: string, data: string): string {
  return `event: ${name}\ndata: ${data}\n\n`
}
