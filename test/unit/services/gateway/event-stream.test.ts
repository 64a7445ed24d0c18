import type { SSEStreamingApi } from 'hono/streaming'
import { expect, test } from 'vitest'
import { sendEvents } from '#services/gateway/event-stream'
import type { StatusAnswer } from '#services/gateway/responses'
import { gateway } from './gateway-setup.js'
import { heardEvents, nextEvents } from './heard-events.js'
import { HOUR_MS, madeUpForecast } from './made-up-forecasts.js'

const start = Date.UTC(2001, 0, 1)
const forecast = (series: string, hours: number, more = {}) =>
  madeUpForecast({ series, originMs: start + hours * HOUR_MS, value: hours, ...more })

test('starts with the last forecast of each series, then sends each new one, as published', async () => {
  const { app, show } = await gateway(['flights'])
  show(forecast('a', 1), forecast('a', 2), forecast('b', 1))
  const response = await app.request('/v1/forecasts')
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events = heardEvents(response)
  expect(await nextEvents(events, 'message', 2)).toEqual([forecast('a', 2), forecast('b', 1)])
  show(forecast('b', 2))
  expect(await nextEvents(events, 'message')).toEqual([forecast('b', 2)])
  await events.return(undefined)
})

test('keeps to the asked pipeline and series', async () => {
  const { app, show } = await gateway(['flights', 'weather'])
  const events = heardEvents(await app.request('/v1/forecasts?pipeline=weather&series=a%2Fb'))
  show(forecast('a/b', 1), forecast('c', 1, { pipeline: 'weather' }))
  show(forecast('a/b', 2, { pipeline: 'weather' }))
  expect(await nextEvents(events, 'message')).toEqual([forecast('a/b', 2, { pipeline: 'weather' })])
  await events.return(undefined)
})

test('sends the status at once and then every second', async () => {
  const { app } = await gateway(['flights'])
  const events = heardEvents(await app.request('/v1/forecasts'))
  const before = Date.now()
  expect(await nextEvents(events, 'status', 2)).toEqual([
    expect.objectContaining({ pipelines: [] }),
    expect.objectContaining({ gateway: expect.objectContaining({ seriesShown: 0 }) }),
  ])
  expect(Date.now() - before).toBeGreaterThan(900)
  await events.return(undefined)
})

test('of a burst sends the last forecast of each series, but every origin', async () => {
  const { app, show } = await gateway(['flights'])
  show(forecast('a', 0))
  const events = heardEvents(await app.request('/v1/forecasts?series=a&events=origins,forecast'))
  const [first] = await nextEvents(events, 'origins')
  expect(first).toMatchObject({ series: 'a', cadenceMs: HOUR_MS, startOver: true })
  await nextEvents(events, 'message')
  for (let hours = 1; hours <= 30; hours += 1) show(forecast('a', hours))
  const [burst] = (await nextEvents(events, 'origins')) as { startOver: boolean; rows: number[][] }[]
  expect(burst!.startOver).toBe(false)
  expect(burst!.rows.map((row) => row[1])).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  expect(await nextEvents(events, 'message')).toEqual([forecast('a', 30)])
  await events.return(undefined)
})

test('has a client that reads nothing wait without gathering more than one forecast of each series', async () => {
  const { app, show } = await gateway(['flights'])
  const response = await app.request('/v1/forecasts?events=forecast')
  for (let hours = 0; hours < 2_000; hours += 1) show(forecast('a', hours), forecast('b', hours))
  const events = heardEvents(response)
  const heard = (await nextEvents(events, 'message', 2)) as { origin: { value: number } }[]
  // Nothing was read before the burst ended, so at most the first one is old.
  expect(heard.at(-1)!.origin.value).toBe(1999)
  await events.return(undefined)
})

test('sends changed rows of the list', async () => {
  const { app, show } = await gateway(['flights'])
  show(forecast('a', 1), forecast('b', 1))
  const events = heardEvents(await app.request('/v1/forecasts?series=a&events=series'))
  expect(await nextEvents(events, 'series')).toEqual([
    [expect.objectContaining({ series: 'a' }), expect.objectContaining({ series: 'b' })],
  ])
  show(forecast('b', 2))
  expect(await nextEvents(events, 'series')).toEqual([
    [expect.objectContaining({ series: 'b', lastValue: 2 })],
  ])
  await events.return(undefined)
})

test('ends when the gateway closes, and refuses kinds of event that there are not', async () => {
  const { app, closing } = await gateway(['flights'])
  expect((await app.request('/v1/forecasts?events=forecast,gossip')).status).toBe(400)
  const events = heardEvents(await app.request('/v1/forecasts'))
  await nextEvents(events, 'status')
  closing.abort()
  await expect(nextEvents(events, 'gone')).rejects.toThrow('the stream ended')
})

test('tells a client that is slower than the forecasts come of everything else all the same', async () => {
  const { board, show, closing } = await gateway(['flights'])
  show(forecast('a', 0), forecast('b', 0))
  let nowMs = 0
  let left: () => void = () => undefined
  const heard = { forecasts: 0, status: 0 }
  // While one forecast is written to it, which takes a tenth of a second, the next one of the other series comes.
  const write = async (text: string) => {
    if (text.startsWith('event: status')) heard.status++
    if (!text.startsWith('data:')) return
    nowMs += 100
    heard.forecasts++
    show(forecast(heard.forecasts % 2 === 0 ? 'a' : 'b', heard.forecasts))
    if (heard.forecasts === 100) left()
  }
  await sendEvents({
    stream: { write, onAbort: (leave: () => void) => (left = leave) } as unknown as SSEStreamingApi,
    subscription: { events: new Set(['forecast', 'status'] as const) },
    board,
    status: () => ({}) as StatusAnswer,
    clock: { now: () => nowMs, sleep: async () => undefined },
    closing: closing.signal,
  })
  // In ten seconds, as often as once a second.
  expect(heard.status).toBeGreaterThanOrEqual(8)
  expect(heard.status).toBeLessThanOrEqual(11)
})

test('has no more than 128 listeners, and takes another one when one has left', async () => {
  const { app } = await gateway(['flights'])
  const listeners = []
  for (let i = 0; i < 128; i += 1) listeners.push(heardEvents(await app.request('/v1/forecasts')))
  for (const events of listeners) await nextEvents(events, 'status')
  const refused = await app.request('/v1/forecasts')
  expect(refused.status).toBe(503)
  expect(refused.headers.get('retry-after')).toBe('5')
  expect(await refused.json()).toEqual({ error: '128 clients listen already: come again later.' })

  await listeners.pop()!.return(undefined)
  const last = heardEvents(await untilTaken(() => app.request('/v1/forecasts')))
  await nextEvents(last, 'status')
  for (const events of [...listeners, last]) await events.return(undefined)
})

/** A stream notices on its next turn that its client has left. */
async function untilTaken(ask: () => Response | Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await ask()
    if (response.status === 200) return response
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
