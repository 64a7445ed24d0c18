import { expect, test } from 'vitest'
import { WeightsBoard } from '#services/gateway/weights-board'
import { gateway } from './gateway-setup.js'
import { HOUR_MS, madeUpForecast } from './made-up-forecasts.js'
import { madeUpGradients, weightsRecordWith } from './made-up-gradients.js'

const flow = madeUpGradients(['ATL', 'BOS'])
const batch = (...records: { value: Uint8Array | null }[]) => ({
  records: records.map(({ value }, offset) => ({ offset, key: null, value, headers: [], timestamp: 0 })),
})

test('WeightsBoard gives what each version says of itself, and passes over all that is no weights record', () => {
  const board = new WeightsBoard()
  const promotion = { value: Buffer.from('{"schema":"foretide.promotion/1","version":2}') }
  board.take(
    'flights',
    batch(
      { value: null },
      promotion,
      weightsRecordWith(2, flow),
      { value: Buffer.of(1, 2) },
      weightsRecordWith(3, null),
    ),
  )
  expect(board.gradientFlow('flights', 2)).toEqual(flow)
  expect(board.gradientFlow('flights', 3)).toBeNull()
  expect(board.gradientFlow('flights', 4)).toBeNull()
  expect(board.gradientFlow('weather', 2)).toBeNull()
})

test('WeightsBoard remembers the newest fifty versions', () => {
  const board = new WeightsBoard()
  for (let version = 1; version <= 51; version += 1)
    board.take('flights', batch(weightsRecordWith(version, flow)))
  expect(board.gradientFlow('flights', 1)).toBeNull()
  expect(board.gradientFlow('flights', 2)).toEqual(flow)
  expect(board.gradientFlow('flights', 51)).toEqual(flow)
})

test('WeightsBoard remembers the newest two hundred decisions', () => {
  const board = new WeightsBoard()
  const decided = { schema: 'foretide.promotion/1', time: '2001-02-01T00:00:00.000Z', cause: 'contest' }
  for (let version = 1; version <= 201; version += 1) {
    const value = Buffer.from(JSON.stringify({ ...decided, version, evidence: { champion: version - 1 } }))
    board.take('flights', batch({ value }))
  }
  expect(board.decisions('flights')).toHaveLength(200)
  expect(board.decisions('flights').at(0)).toMatchObject({ version: 2 })
  expect(board.decisions('flights').at(-1)).toMatchObject({ version: 201 })
})

test('answers the gradients of the version that serves by the status, and by the newest forecast without one', async () => {
  let servingVersion: number | null = null
  const { app, weights, show } = await gateway(['flights', 'a/b'], {
    status: () => ({
      pipelines:
        servingVersion === null
          ? []
          : [
              {
                pipeline: 'flights',
                eventsPerSecond: 0,
                lagRecords: 0,
                seriesHeld: 0,
                servingVersion,
                lastTraining: null,
                training: null,
                trainerGivenUp: false,
                coverage80: null,
                mase: null,
                feed: null,
              },
            ],
      logAway: null,
    }),
  })
  const ask = async (pipeline: string) =>
    (await app.request(`/v1/pipelines/${encodeURIComponent(pipeline)}/gradients`)).json()
  expect(await ask('flights')).toEqual({ pipeline: 'flights', version: 0, gradientFlow: null })
  weights.take('flights', batch(weightsRecordWith(2, flow)))
  show(
    madeUpForecast({ series: 'BOS', originMs: 2 * HOUR_MS, value: 1, version: 2 }),
    madeUpForecast({ series: 'ATL', originMs: HOUR_MS, value: 1, version: 1 }),
  )
  expect(await ask('flights')).toEqual({ pipeline: 'flights', version: 2, gradientFlow: flow })
  servingVersion = 1
  expect(await ask('flights')).toEqual({ pipeline: 'flights', version: 1, gradientFlow: null })
  expect(await ask('a/b')).toEqual({ pipeline: 'a/b', version: 0, gradientFlow: null })
  expect(await ask('nope')).toEqual({
    error: 'There is no pipeline "nope": choose one of flights, a/b.',
    pipelines: ['flights', 'a/b'],
  })
})

test('tells the later of what this process has trained and of what another has, by the weights topic', async () => {
  const [before, then, after] = ['2001-02-01', '2001-02-02', '2001-02-03'].map((day) => Date.parse(day))
  let atMs: number | null = null
  const { app, weights } = await gateway(['flights'], {
    status: () => ({
      pipelines: [
        {
          ...{ pipeline: 'flights', eventsPerSecond: 0, lagRecords: 0, seriesHeld: 0, servingVersion: 2 },
          lastTraining: atMs === null ? null : { atMs, result: 'challenger', loss: 0.25 },
          ...{ training: null, trainerGivenUp: false, coverage80: null, mase: null, feed: null },
        },
      ],
      logAway: null,
    }),
  })
  const told = async () => (await (await app.request('/v1/status')).json()).pipelines[0].lastTraining
  expect(await told()).toBeNull()
  const training = {
    ...{ schema: 'foretide.training/1', result: 'rejected', trigger: 'drift', request: null, version: null },
    ...{ time: new Date(then!).toISOString(), heldBack: { loss: 0.5, servingLoss: 0.4, naiveLoss: 1 } },
  }
  weights.take('flights', batch({ value: Buffer.from(JSON.stringify(training)) }))
  const others = { atMs: then, result: 'rejected', loss: 0.5 }
  expect(await told()).toEqual(others)
  atMs = before!
  expect(await told()).toEqual(others)
  atMs = after!
  expect(await told()).toEqual({ atMs: after, result: 'challenger', loss: 0.25 })
})
