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
