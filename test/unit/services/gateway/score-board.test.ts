import { describe, expect, it } from 'vitest'
import { followScores } from '#services/gateway/follow-scores'
import { ScoreBoard } from '#services/gateway/score-board'
import { systemClock } from '#shared/clock/system-clock'
import { gateway, gatewayPipeline, logFor } from './gateway-setup.js'
import { HOUR_MS, madeUpForecast } from './made-up-forecasts.js'
import { scoreRecord } from './made-up-scores.js'

const batch = (records: readonly { value: Uint8Array | null }[]) => ({
  records: records.map(({ value }, offset) => ({ offset, key: null, value, headers: [], timestamp: 0 })),
})

describe('ScoreBoard', () => {
  it('gives bias in half widths of the 80 % band, by lead', () => {
    const board = new ScoreBoard(10)
    // Errors of +2 and −1 against a half width of 4 at lead 1; of +1 against 2 at lead 7.
    const values = [
      scoreRecord({ series: 'a', value: 12, leads: [1, 7], median: [10, 11], halfWidth: [4, 2] }),
      scoreRecord({ series: 'a', value: 12, leads: [1], median: [13], halfWidth: [4] }),
    ]
    board.take('p', batch(values))
    expect(board.driftOf('p', 'a')).toEqual([
      { lead: 1, outcomes: 2, bias: 0.125, drift: null },
      { lead: 7, outcomes: 1, bias: 0.5, drift: null },
    ])
    expect(board.driftOf('p', 'b')).toEqual([])
    expect(board.driftOf('q', 'a')).toEqual([])
  })

  it('tells errors that have doubled of late from those of long, and bounds what one outcome counts for', () => {
    const board = new ScoreBoard(10)
    const take = (error: number) =>
      board.take(
        'p',
        batch([scoreRecord({ series: 'a', value: error, leads: [1], median: [0], halfWidth: [1] })]),
      )
    for (let at = 0; at < 450; at++) take(at % 2 === 0 ? 0.5 : -0.5)
    expect(board.driftOf('p', 'a')[0]).toMatchObject({
      bias: expect.closeTo(0, 9),
      drift: expect.closeTo(1, 9),
    })
    for (let at = 0; at < 50; at++) take(at % 2 === 0 ? 1 : -1)
    // A mean of the last fifty that forgets by 1/50: 1 − 0.5 × (49/50)^50 = 0.818 over (450 × 0.5 + 50) / 500 = 0.55.
    expect(board.driftOf('p', 'a')[0]!.drift).toBeCloseTo((1 - 0.5 * 0.98 ** 50) / 0.55, 9)
    const before = board.driftOf('p', 'a')[0]!.bias!
    take(1e9)
    expect(board.driftOf('p', 'a')[0]!.bias! - before).toBeLessThan(10 / 500 + 1e-9)
  })

  it('passes over what is no score, and bands without a width', () => {
    const board = new ScoreBoard(10)
    const broken = [
      Buffer.from('{'),
      Buffer.from('{"schema":"foretide.score/1","series":"a"}'),
      Buffer.of(1, 2),
    ]
    board.take('p', batch([{ value: null }, ...broken.map((value) => ({ value }))]))
    board.take('p', batch([scoreRecord({ series: 'a', value: 1, leads: [1], median: [0], halfWidth: [0] })]))
    expect(board.driftOf('p', 'a')).toEqual([{ lead: 1, outcomes: 0, bias: null, drift: null }])
  })

  it('holds no more series than it may', () => {
    const board = new ScoreBoard(2)
    const records = ['a', 'b', 'c'].map((series) =>
      scoreRecord({ series, value: 1, leads: [1], median: [0], halfWidth: [1] }),
    )
    board.take('p', batch(records))
    expect(['a', 'b', 'c'].map((series) => board.driftOf('p', series).length)).toEqual([1, 1, 0])
  })
})

describe('followScores', () => {
  it('reads the history and what comes, and only the last part of what it is far behind with', async () => {
    const pipeline = gatewayPipeline('flights', 1)
    const log = await logFor([pipeline])
    const append = (count: number) =>
      log.append(
        pipeline.topics.scores,
        Array.from({ length: count }, () =>
          scoreRecord({ series: 'a', value: 1, leads: [1], median: [0], halfWidth: [1] }),
        ),
      )
    const board = new ScoreBoard(10)
    const stopping = new AbortController()
    await append(30)
    const following = followScores({
      ...{ log, topic: pipeline.topics.scores, pipeline: 'flights', partition: 0, board },
      ...{ clock: systemClock, signal: stopping.signal },
      limits: { historyRecords: 10, behindRecordsMax: 1_000, recordsPerSecondMax: 1e6 },
    })
    const outcomes = () => board.driftOf('flights', 'a')[0]?.outcomes ?? 0
    while (outcomes() < 10) await systemClock.sleep(5)
    expect(outcomes()).toBe(10)
    await append(5)
    while (outcomes() < 15) await systemClock.sleep(5)
    stopping.abort()
    await following
    expect(outcomes()).toBe(15)
  })
})

describe('the scores of a series', () => {
  it('are answered by lead, and not for a series that is unknown', async () => {
    const { app, scores, show } = await gateway(['flights'])
    show(madeUpForecast({ series: 'ATL', originMs: HOUR_MS, value: 1 }))
    scores.take(
      'flights',
      batch([scoreRecord({ series: 'ATL', value: 3, leads: [1], median: [1], halfWidth: [4] })]),
    )
    const answer = await app.request('/v1/series/ATL/scores', { headers: { host: '127.0.0.1' } })
    expect(await answer.json()).toEqual({
      ...{ series: 'ATL', pipeline: 'flights' },
      leads: [{ lead: 1, outcomes: 1, bias: 0.5, drift: null }],
    })
    const unknown = await app.request('/v1/series/none/scores', { headers: { host: '127.0.0.1' } })
    expect(unknown.status).toBe(404)
  })
})
