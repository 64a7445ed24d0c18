import { describe, expect, it } from 'vitest'
import { readSlotScore } from '#shared/contracts/slot-score'

const SCORE = {
  ...{ schema: 'foretide.score/1', series: 'a', pipeline: 'p', leads: [1, 24], weights: [3, 2] },
  target: { time: '2026-01-05T00:00:00.000Z', value: 1, partition: 0, offset: '7' },
  ...{ yhat: [1, 1], median: [1, 1], halfWidth: [1, 1], crps: [0, 0], covered: {}, naive: [0.5, null] },
  experts: { persistence: [1, 2], recurrent: [0.25, null], shadow: [0.125, 4] },
  shadowWeights: [4, -1],
}
const bytes = (message: unknown) => Buffer.from(JSON.stringify(message))

describe('a score as a contest reads it', () => {
  it('has what served and what shadowed, and NaN where there was none', () => {
    expect(readSlotScore(bytes(SCORE))).toEqual({
      ...{ series: 'a', timeMs: Date.UTC(2026, 0, 5), leads: [1, 24] },
      ...{ serving: [3, 2], servingErrors: [0.25, Number.NaN], naiveErrors: [0.5, Number.NaN] },
      ...{ shadow: [4, -1], shadowErrors: [0.125, 4] },
    })
  })

  it.each<[string, Uint8Array | null]>([
    ['a tombstone', null],
    ['nothing', new Uint8Array(0)],
    ['no JSON', Buffer.from('{"schema":')],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00])],
    ['null', bytes(null)],
    ['a number', bytes(5)],
    ['a list', bytes([SCORE])],
    ['another message', bytes({ ...SCORE, schema: 'foretide.forecast/1' })],
    ['a score without a series', bytes({ ...SCORE, series: undefined })],
    ['a score without leads', bytes({ ...SCORE, leads: undefined })],
    ['a score of one lead that is not in a list', bytes({ ...SCORE, leads: 1 })],
    ['a score without weights', bytes({ ...SCORE, weights: null })],
    ['a score without experts', bytes({ ...SCORE, experts: undefined })],
    ['a score of an expert by itself', bytes({ ...SCORE, experts: { recurrent: 1 } })],
    ['a score of no time', bytes({ ...SCORE, target: { ...SCORE.target, time: 'today' } })],
    ['a score of no target', bytes({ ...SCORE, target: undefined })],
  ])('is nothing where it is %s', (_, value) => {
    expect(readSlotScore(value)).toBeNull()
  })
})
