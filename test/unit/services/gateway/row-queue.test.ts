import { expect, test } from 'vitest'
import { RowQueue } from '#services/gateway/row-queue'
import { gateway } from './gateway-setup.js'
import { HOUR_MS, madeUpForecast } from './made-up-forecasts.js'

test('tells of a silent series when it falls silent, when that has lasted, and when it is back', async () => {
  const { board, show } = await gateway(['flights'])
  const at = (series: string, hours: number) =>
    show(madeUpForecast({ series, originMs: hours * HOUR_MS, value: 1 }))
  at('a', 0)
  at('b', 0)
  const rows = new RowQueue(board)
  board.listen((shown) => rows.add(shown))
  const taken = () => rows.take(9).map(({ series, silentMs }) => [series, silentMs && silentMs / HOUR_MS])
  const heard = (hours: number) => {
    at('b', hours)
    return taken()
  }
  expect(taken()).toEqual([
    ['a', null],
    ['b', null],
  ])
  expect(heard(3)).toEqual([['b', null]])
  expect(heard(20)).toEqual([
    ['b', null],
    ['a', 20],
  ])
  // Within a tenth the same.
  expect(heard(22)).toEqual([['b', null]])
  expect(heard(23)).toEqual([
    ['b', null],
    ['a', 23],
  ])
  // A partition that is behind goes on: its series are not silent.
  at('a', 1)
  expect(taken()).toEqual([['a', null]])
  expect(taken()).toEqual([['a', 22]])
  // Whether one goes on shows in a moment: a client that has just come is told nothing yet.
  const later = new RowQueue(board)
  expect(later.take(9).map(({ silentMs }) => silentMs)).toEqual([null, null])
  expect(later.take(9).map(({ silentMs }) => silentMs)).toEqual([22 * HOUR_MS])
})
