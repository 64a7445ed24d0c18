import { expect, test } from 'vitest'
import { TopicStatus } from '#services/gateway/topic-status'
import type { Clock } from '#shared/clock/clock'
import { promotionMessage } from '#shared/contracts/promotion'
import { gateway, gatewayPipeline } from './gateway-setup.js'
import { HOUR_MS, madeUpForecast } from './made-up-forecasts.js'

const batch = (...messages: object[]) => ({
  records: messages.map((message, offset) => ({
    ...{ offset, key: null, value: Buffer.from(JSON.stringify(message)), headers: [], timestamp: 0 },
  })),
})
let nowMs = 0
const clock: Clock = { now: () => nowMs, sleep: async () => undefined }
const time = '2001-02-01T00:00:00.000Z'

test('tells from the topics what another process does', async () => {
  const { board, weights, show } = await gateway(['flights'])
  const topic = new TopicStatus(gatewayPipeline('flights'), board, weights, clock)
  expect(topic.status()).toMatchObject({ eventsPerSecond: 0, seriesHeld: 0, mase: null, coverage80: null })
  show(
    madeUpForecast({ series: 'a', originMs: HOUR_MS, value: 1, version: 4, skill: [0.2, 0.2, 0.2] }),
    madeUpForecast({ series: 'b', originMs: HOUR_MS, value: 1, version: 4, skill: [0.4, 0.4, 0.4] }),
  )
  weights.take(
    'flights',
    batch({
      ...{
        schema: 'foretide.training/1',
        result: 'rejected',
        trigger: 'drift',
        request: null,
        version: null,
        time,
      },
      heldBack: { loss: 0.5, servingLoss: 0.4, naiveLoss: 1 },
    }),
  )
  topic.look(0, 100)
  topic.look(2_000, 300)
  nowMs += 1_999
  expect(topic.status().seriesHeld, 'not worked out again yet').toBe(0)
  nowMs += 1
  expect(topic.status()).toEqual({
    ...{ pipeline: 'flights', eventsPerSecond: 100, lagRecords: null, seriesHeld: 2, servingVersion: 4 },
    lastTraining: { atMs: Date.parse(time), result: 'rejected', loss: 0.5 },
    ...{ training: null, trainerGivenUp: false },
    // Means of 0.81, 0.79 and 0.77, and of 1 − 0.2 and 1 − 0.4.
    ...{ coverage80: expect.closeTo(0.79, 9), mase: expect.closeTo(0.7, 9), feed: null },
  })
})

test('takes the rate over the last ten seconds', async () => {
  const { board, weights } = await gateway(['flights'])
  const topic = new TopicStatus(gatewayPipeline('flights'), board, weights, clock)
  // 1,000 a second for a minute, and then nothing.
  for (let second = 0; second <= 60; second += 2) topic.look(second * 1000, second * 1000)
  expect(topic.status().eventsPerSecond).toBe(1000)
  nowMs += 2_000
  for (let second = 62; second <= 66; second += 2) topic.look(second * 1000, 60_000)
  expect(topic.status().eventsPerSecond).toBeCloseTo(400, 9)
  for (let second = 68; second <= 74; second += 2) topic.look(second * 1000, 60_000)
  nowMs += 2_000
  expect(topic.status().eventsPerSecond).toBe(0)
})

test('status answers for pipelines that run elsewhere, and leaves those that run here to themselves', async () => {
  const parts = await gateway(['flights', 'weather'])
  const { board, weights } = parts
  const elsewhere = ['flights', 'weather'].map(
    (name) => new TopicStatus(gatewayPipeline(name), board, weights, clock),
  )
  const here = { ...elsewhere[1]!.status(), lagRecords: 7 }
  const status = () => ({ pipelines: [here], logAway: null })
  const { app } = await gateway(['flights', 'weather'], { elsewhere, status })
  const answer = await app.request('/v1/status', { headers: { host: '127.0.0.1' } })
  const { pipelines } = (await answer.json()) as {
    pipelines: { pipeline: string; lagRecords: number | null }[]
  }
  expect(pipelines.map(({ pipeline, lagRecords }) => [pipeline, lagRecords])).toEqual([
    ['weather', 7],
    ['flights', null],
  ])
})

test('WeightsBoard lists what was decided, each once, whoever decided', async () => {
  const { app, weights } = await gateway(['flights'])
  const promotion = promotionMessage.parse({
    ...{ schema: 'foretide.promotion/1', version: 2, time, evidence: { champion: 1 }, cause: 'contest' },
  })
  const rejection = { ...promotion, schema: 'foretide.rejection/1', version: 3, evidence: { champion: 2 } }
  const hand = { by: 'ada@desk', reason: null }
  const rollback = { ...promotion, version: 1, cause: 'rollback', evidence: { champion: 2 }, hand }
  const pin = { schema: 'foretide.pin/1', version: 1, time, ...hand }
  // What the command line writes: a pin of what serves, of another version, and the end of that pin.
  const beside = (version: number, champion: number, cause = 'pin') => ({
    ...{ ...promotion, version, cause, evidence: { champion }, hand },
  })
  const other = [{ ...pin, version: 3 }, beside(3, 1)]
  const unpin = [beside(3, 3, 'unpin'), { ...pin, version: null }]
  const unreadable = { schema: 'foretide.promotion/1', version: 'x' }
  const all = batch(promotion, rejection, rollback, pin, beside(1, 1), ...other, ...unpin, unreadable)
  weights.take('flights', all)
  weights.take('flights', all)
  const answer = await app.request('/v1/pipelines/flights/decisions', { headers: { host: '127.0.0.1' } })
  expect(await answer.json()).toEqual({
    pipeline: 'flights',
    decisions: [
      { kind: 'promoted', version: 2, champion: 1, time, by: null },
      { kind: 'rejected', version: 3, champion: 2, time, by: null },
      { kind: 'rolled back', version: 1, champion: 2, time, by: 'ada@desk' },
      { kind: 'pinned', version: 1, champion: null, time, by: 'ada@desk' },
      { kind: 'pinned', version: 3, champion: 1, time, by: 'ada@desk' },
      { kind: 'unpinned', version: null, champion: null, time, by: 'ada@desk' },
    ],
  })
})
