import { expect, test } from 'vitest'
import { statusAnswer } from '#services/gateway/responses'
import { gateway } from './gateway-setup.js'
import { HOUR_MS, madeUpForecast } from './made-up-forecasts.js'

const start = Date.UTC(2001, 0, 1)
const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  'a/b',
  'a%2Fb',
  '100 %',
  '🌊 tide',
  '"quoted"',
  'a?b#c',
  'ü\u0000',
]

const forecast = (series: string, hours: number, more = {}) =>
  madeUpForecast({ series, originMs: start + hours * HOUR_MS, value: hours, spread: () => 1, ...more })

test('lists series by pipeline and name, with last value, skill and spark line', async () => {
  const { app, show } = await gateway(['weather', 'flights'])
  show(
    forecast('b', 0, { pipeline: 'weather', skill: [null, null, null] }),
    forecast('z', 0),
    forecast('a', 0),
    forecast('a', 1),
    forecast('a', 2, { anomaly: true, skill: [0.3, 0.2, 0.1], coverage80: [0.8, 0.8, 0.8] }),
  )
  const rows = await (await app.request('/v1/series')).json()
  expect(rows.map((row: { pipeline: string; series: string }) => [row.pipeline, row.series])).toEqual([
    ['flights', 'a'],
    ['flights', 'z'],
    ['weather', 'b'],
  ])
  expect(rows[0]).toEqual({
    series: 'a',
    pipeline: 'flights',
    lastTime: '2001-01-01T02:00:00.000Z',
    lastValue: 2,
    silentMs: null,
    skill: 0.2,
    coverage80: 0.8,
    anomaly: true,
    spark: [0, 1, 2],
  })
  expect(rows[2].skill).toBeNull()
  // Three cadences behind is no silence yet; another pipeline's time is none of its own.
  show(forecast('a', 3))
  const silence = async () => {
    const answer = await (await app.request('/v1/series')).json()
    return answer.map((row: { silentMs: number | null }) => row.silentMs)
  }
  expect(await silence()).toEqual([null, null, null])
  show(forecast('a', 4))
  expect(await silence()).toEqual([null, 4 * HOUR_MS, null])
  expect(await (await app.request('/v1/series?pipeline=weather')).json()).toHaveLength(1)
})

test('answers a forecast with its targets and the asked band', async () => {
  const { app, show } = await gateway(['flights'])
  const message = forecast('a', 5)
  show(message)
  const path = '/v1/series/a/forecast'
  const answer = await (await app.request(path)).json()
  // The 80 % band runs from the 0.1 to the 0.9 quantile: rows 1 and 5 of the levels.
  expect(answer).toEqual({
    ...message,
    band: 0.8,
    targets: Array.from({ length: 24 }, (_, i) => new Date(start + (6 + i) * HOUR_MS).toISOString()),
    yhat_lower: message.quantiles[1],
    yhat_upper: message.quantiles[5],
  })
  const wide = await (await app.request(`${path}?band=0.95`)).json()
  expect(wide.yhat_lower).toEqual(message.quantiles[0])
  for (const band of ['0.7', 'x', '0', '-1', '']) {
    const refused = await app.request(`${path}?band=${band}`)
    expect(refused.status).toBe(400)
    expect((await refused.json()).error).toContain('0.5, 0.8, 0.95')
  }
})

test('answers a history with what was said of each origin one step before', async () => {
  const { app, show } = await gateway(['flights'])
  // The second origin was foreseen by the first; the third comes after a gap and was not.
  show(forecast('a', 0, { median: () => 7 }), forecast('a', 1, { version: 4 }), forecast('a', 3))
  const answer = await (await app.request('/v1/series/a/history')).json()
  expect(answer.cadenceMs).toBe(HOUR_MS)
  expect(answer.origins).toEqual([
    expect.objectContaining({ time: '2001-01-01T00:00:00.000Z', value: 0, median: null, lower: null }),
    expect.objectContaining({ value: 1, median: 7, lower: 5.7184, upper: 8.2816, weightsVersion: 4 }),
    expect.objectContaining({ value: 3, median: null, upper: null }),
  ])
})

test('finds any series name through percent-encoding', async () => {
  const { app, show } = await gateway(['flights'])
  for (const series of HOSTILE) show(forecast(series, 1))
  for (const series of HOSTILE) {
    for (const what of ['forecast', 'history']) {
      const answer = await app.request(`/v1/series/${encodeURIComponent(series)}/${what}`)
      expect([series, (await answer.json()).series]).toEqual([series, series])
    }
  }
})

test('says what to do about an unknown series, a doubtful one, and an unknown pipeline', async () => {
  const { app, show } = await gateway(['flights', 'weather'])
  show(forecast('a', 1), forecast('a', 2, { pipeline: 'weather' }))
  const unknown = await app.request('/v1/series/nope/forecast')
  expect(unknown.status).toBe(404)
  expect((await unknown.json()).error).toContain('"nope"')
  const doubtful = await app.request('/v1/series/a/forecast')
  expect(doubtful.status).toBe(409)
  expect((await doubtful.json()).pipelines).toEqual(['flights', 'weather'])
  const chosen = await app.request('/v1/series/a/forecast?pipeline=weather')
  expect((await chosen.json()).origin.value).toBe(2)
  expect((await app.request('/v1/series?pipeline=x')).status).toBe(404)
  expect((await app.request('/nothing')).status).toBe(404)
})

test('shows readiness, liveness, metrics and status', async () => {
  let ready = false
  const { app, show } = await gateway(['flights'], {
    readiness: () => ({ ready, reason: 'restoring state' }),
  })
  show(forecast('a', 1))
  expect((await app.request('/livez')).status).toBe(200)
  const waiting = await app.request('/readyz')
  expect([waiting.status, await waiting.json()]).toEqual([503, { ready: false, reason: 'restoring state' }])
  ready = true
  expect((await app.request('/readyz')).status).toBe(200)
  const metrics = await app.request('/metrics')
  expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  const text = await metrics.text()
  expect(text).toMatch(/^foretide_up 1\n/)
  expect(text).toContain('foretide_series_observed_value{pipeline="flights",series="a"}')
  expect(await (await app.request('/v1/status')).json()).toEqual({
    pipelines: [],
    logAway: null,
    gateway: { seriesShown: 1, seriesLeftOut: 0, passedOver: 0, unreadable: 0 },
  })
})

test('tells in the status for how long the log has been away', async () => {
  const logAway = { seconds: 42, waitingFor: 'partition 3 of topic readings', reason: 'connect ECONNREFUSED' }
  const { app } = await gateway(['flights'], { status: () => ({ pipelines: [], logAway }) })
  const answer = statusAnswer.parse(await (await app.request('/v1/status')).json())
  expect(answer.logAway).toEqual(logAway)
})

test('forbids inline script and framing on every answer', async () => {
  const { app } = await gateway(['flights'])
  for (const path of ['/', '/v1/series', '/nothing']) {
    const { headers } = await app.request(path)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test('shows no more series than it may, and counts the rest', async () => {
  const { app, board, show } = await gateway(['flights'])
  for (let index = 0; index < 103; index += 1) show(forecast(`s${index}`, 1))
  expect(await (await app.request('/v1/series')).json()).toHaveLength(100)
  expect(board.seriesLeftOut).toBe(3)
  for (let index = 0; index < 300; index += 1) show(forecast(`s${index}`, 2))
  expect(board.seriesLeftOut, 'names that are remembered, as many again').toBe(100)
})
