import { expect, test } from 'vitest'
import { readDeepLink, writeDeepLink } from '#services/gateway/page/deep-link'
import { emptyWords } from '#services/gateway/page/empty-states'
import { withForecast, withOrigins } from '#services/gateway/page/grow-view'
import { EventReader } from '#services/gateway/page/read-events'
import { sparkPoints } from '#services/gateway/page/spark-line'
import { figuresOf } from '#services/gateway/page/status-strip'
import { tooltipLines } from '#shared/page/chart-tooltip'
import { emptyView } from '#shared/page/chosen-view'
import { HOUR_MS, madeUpForecast } from '../made-up-forecasts.js'

test('EventReader puts events together however their text is cut', () => {
  const text = ': hello\n\nretry: 1000\n\ndata: {"a":1}\n\nevent: status\ndata: {"b":\ndata: 2}\n\ndata: late'
  const expected = [
    { name: 'message', data: '{"a":1}' },
    { name: 'status', data: '{"b":\n2}' },
  ]
  for (let cut = 0; cut <= text.length; cut += 1) {
    const reader = new EventReader()
    expect([...reader.read(text.slice(0, cut)), ...reader.read(text.slice(cut))]).toEqual(expected)
  }
})

test('a deep link carries any names there and back', () => {
  for (const series of ['ATL', 'a/b', '#x', '100 %', '<img>', '🌊', '..', '']) {
    for (const pipeline of ['flights', 'my/pipe #2']) {
      expect(readDeepLink(writeDeepLink({ pipeline, series }))).toEqual({ pipeline, series })
    }
  }
  for (const hash of ['', '#', '#chart', '#/x', '#a/%E0%A4%A']) expect(readDeepLink(hash)).toBeNull()
})

test('a spark line fills its box, and a level one runs along the middle', () => {
  expect(sparkPoints([1, 3, 2])).toBe('3.0,23.0 42.0,3.0 81.0,13.0')
  expect(sparkPoints([5, 5])).toBe('3.0,13.0 81.0,13.0')
  expect(sparkPoints([5])).toBe('')
})

test('every figure of the strip has a label, and says when there is none yet', () => {
  const status = {
    pipeline: 'flights',
    eventsPerSecond: 1200,
    lagRecords: 3,
    seriesHeld: 50,
    servingVersion: 0,
    lastTraining: null,
    training: null,
    trainerGivenUp: false,
    coverage80: null,
    mase: null,
    feed: { sent: 50, total: 200, eventTimeMs: Date.UTC(2001, 2, 1), done: false },
  }
  const text = figuresOf(status).map(({ label, value, note }) => `${label}: ${value} (${note})`)
  expect(text).toEqual([
    'Pipeline: flights (50 series held)',
    'Throughput: 1,200 events/s (lag 3 records)',
    'Weights: v0 (untrained, serving)',
    'Last training: none yet (gathering history)',
    '80 % band holds: not scored yet (of outcomes, all leads)',
    'MASE: not scored yet (error, seasonal naive = 1)',
    'Feed at 1 Mar 2001: 25 % sent (50 of 200 events)',
  ])
  const later = figuresOf({
    ...status,
    lastTraining: { atMs: Date.UTC(2001, 1, 3), result: 'challenger' as const, loss: 0.4127 },
    coverage80: 0.797,
    mase: 0.7841,
    feed: null,
  })
  expect(later.slice(3).map(({ value }) => value)).toEqual(['challenger', '79.7 %', '0.78'])
  expect(later[3]!.note).toBe('loss 0.413, to 3 Feb 2001')
})

test('the empty page says what it waits for and what to do', () => {
  const status = (sent: number) => ({
    pipelines: [
      {
        pipeline: 'flights',
        eventsPerSecond: 0,
        lagRecords: 0,
        seriesHeld: 0,
        servingVersion: 0,
        lastTraining: null,
        training: null,
        trainerGivenUp: false,
        coverage80: null,
        mase: null,
        feed: sent === 0 ? null : { sent, total: null, eventTimeMs: null, done: false },
      },
    ],
    logAway: null,
    gateway: { seriesShown: 0, seriesLeftOut: 0, passedOver: 0, unreadable: 0 },
  })
  expect(emptyWords('live', null, status(0))).toEqual({
    title: 'Waiting for the first forecast of flights',
    text: expect.stringContaining('foretide feed FILE'),
  })
  expect(emptyWords('live', null, status(1200)).text).toContain('1,200 events')
  const elsewhere = { pipeline: 'gone', series: 'a' }
  expect(emptyWords('live', elsewhere, status(0)).text).toContain(
    'There is no pipeline gone here, only flights',
  )
  expect(emptyWords('lost', null, null).title).toBe('The gateway does not answer')
  expect(emptyWords('refused', null, null).title).toContain('token')
})

test('the tooltip says what was measured beside what had been said, and the bands ahead', () => {
  const start = Date.UTC(2001, 0, 1)
  const forecast = madeUpForecast({ series: 'a', originMs: start + HOUR_MS, value: 12, horizon: 4 })
  const view = withOrigins(withForecast(emptyView, forecast), {
    series: 'a',
    pipeline: 'flights',
    cadenceMs: HOUR_MS,
    startOver: true,
    rows: [
      [start, 10, null, null, null, 0, 3],
      [start + HOUR_MS, 12, 10, 9, 11, 1, 3],
    ],
  })
  expect(tooltipLines(view, start)).toEqual({
    title: 'Mon 1 Jan 2001, 00:00 UTC',
    lines: [
      ['measured', '10'],
      ['weights version', 'v3'],
    ],
  })
  expect(tooltipLines(view, start + HOUR_MS)!.lines).toEqual([
    ['measured', '12 ◆ anomaly'],
    ['median, one step before', '10'],
    ['80 % band, one step before', '9 to 11 · outside'],
    ['weights version', 'v3'],
  ])
  expect(tooltipLines(view, start + 3 * HOUR_MS)!.lines).toEqual([
    ['lead', '2 steps (2 h)'],
    ['median', '12'],
    ['50 % band', '11.3 to 12.7'],
    ['80 % band', '10.7 to 13.3'],
    ['95 % band', '10.0 to 14.0'],
  ])
  expect(tooltipLines(view, start + HOUR_MS / 2)).toBeNull()
})
