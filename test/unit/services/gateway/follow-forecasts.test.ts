import { expect, test } from 'vitest'
import { followForecasts, followLimits } from '#services/gateway/follow-forecasts'
import { ForecastBoard } from '#services/gateway/forecast-board'
import { systemClock } from '#shared/clock/system-clock'
import { gatewayPipeline, logFor } from './gateway-setup.js'
import { forecastRecord, HOUR_MS, madeUpForecast } from './made-up-forecasts.js'

const start = Date.UTC(2001, 0, 1)
const pipeline = gatewayPipeline('flights', 1)
const topic = pipeline.topics.forecasts
const records = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) =>
    forecastRecord(
      madeUpForecast({ series: 'a', originMs: start + (from + index) * HOUR_MS, value: from + index }),
    ),
  )

async function following(limits: Partial<typeof followLimits>) {
  const log = await logFor([pipeline])
  const board = new ForecastBoard(['flights'], { seriesMax: 10, originsMax: 10_000 })
  const stop = new AbortController()
  const start = () =>
    followForecasts({
      log,
      topic,
      pipeline: 'flights',
      partition: 0,
      board,
      clock: systemClock,
      signal: stop.signal,
      limits: { ...followLimits, ...limits },
    })
  /** Resolves once the board's series satisfies `claim`. */
  const until = (claim: (values: number[]) => boolean) =>
    new Promise<number[]>((resolve) => {
      const check = () => {
        const values =
          board
            .find('a')[0]
            ?.origins.list()
            .map((origin) => origin.value) ?? []
        if (!claim(values)) return
        end()
        resolve(values)
      }
      const end = board.listen(check)
      check()
    })
  return { log, board, stop, start, until }
}

test('shows the history before the end at once, and no more of it than asked', async () => {
  const { log, stop, start, until } = await following({ historyRecords: 300 })
  await log.append(topic, records(0, 1000))
  const done = start()
  const values = await until((seen) => seen.at(-1) === 999)
  expect(values).toHaveLength(300)
  await log.append(topic, records(1000, 1001))
  expect(await until((seen) => seen.at(-1) === 1000)).toHaveLength(301)
  stop.abort()
  await done
})

test('passes over what comes too fast, and fills the hole when it has become quiet', async () => {
  const { log, board, stop, start, until } = await following({
    historyRecords: 900,
    behindRecordsMax: 1_000,
    tailRecords: 100,
    quietMs: 50,
  })
  await log.append(topic, records(0, 10))
  const done = start()
  await until((seen) => seen.at(-1) === 9)
  await log.append(topic, records(10, 4_010))
  const passing = await until((seen) => seen.at(-1) === 4_009)
  expect(board.passedOver).toBeGreaterThan(2_000)
  expect(passing.length).toBeLessThan(900)
  const filled = await until((seen) => seen.length === 900 && seen.at(-1) === 4_009)
  expect(filled).toEqual(Array.from({ length: 900 }, (_, index) => 3_110 + index))
  stop.abort()
  await done
})

test('counts what is no forecast message and goes on', async () => {
  const { log, board, stop, start, until } = await following({})
  const broken = { ...records(0, 1)[0]!, value: Buffer.from('{"origin":') }
  const foreign = { ...records(0, 1)[0]!, key: null }
  const tombstone = { ...records(0, 1)[0]!, value: null }
  await log.append(topic, [broken, foreign, tombstone, ...records(5, 6)])
  const done = start()
  expect(await until((seen) => seen.at(-1) === 5)).toEqual([5])
  expect(board.unreadable).toBe(1)
  stop.abort()
  await done
})
